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
  /** Checks the values. */
  public Speedup {
    Objects.requireNonNull(overStock, "overStock");
    Objects.requireNonNull(overRewritten, "overRewritten");
  }
}
