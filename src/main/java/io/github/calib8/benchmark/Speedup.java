package io.github.calib8.benchmark;

import java.util.Objects;
import java.util.Optional;

/**
 * INT8's throughput by FP32's at one setting, from runs in turns: each repeat gives a ratio.
 *
 * <p>Immutable and thread-safe.
 *
 * @param batchSize images a run
 * @param workers sessions that run at the same time
 * @param overStock INT8 by the stock FP32 model
 * @param overRewritten INT8 by the rewritten FP32 model, if that was measured
 */
public record Speedup(
    int batchSize, int workers, Spread overStock, Optional<Spread> overRewritten) {
  /** How much larger the greatest ratio of the turns may be than the least one. */
  private static final double STEADY = 1.1;

  /** Checks the values. */
  public Speedup {
    Objects.requireNonNull(overStock, "overStock");
    Objects.requireNonNull(overRewritten, "overRewritten");
  }

  /**
   * Whether something disturbed the machine while this was measured: turns that follow each other
   * on an idle machine give much the same ratio.
   *
   * @return true if the greatest of the ratios is more than 1.1 times the least one
   */
  public boolean isDisturbed() {
    return overStock.max() > STEADY * overStock.min();
  }
}
