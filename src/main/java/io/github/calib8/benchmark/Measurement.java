package io.github.calib8.benchmark;

import java.util.Objects;
import java.util.Optional;

/**
 * One setting of one network: figures, or why there are none.
 *
 * <p>Immutable and thread-safe.
 *
 * @param precision which form of the network
 * @param batchSize images a run
 * @param workers sessions that run at the same time
 * @param threads threads of each
 * @param performance what was measured; empty if it does not fit in memory
 * @param doesNotFit why it does not fit, with the estimate; empty if it was measured
 */
public record Measurement(
    Precision precision,
    int batchSize,
    int workers,
    int threads,
    Optional<Performance> performance,
    Optional<String> doesNotFit) {
  /** Checks that there is one or the other. */
  public Measurement {
    Objects.requireNonNull(precision, "precision");
    if (performance.isPresent() == doesNotFit.isPresent()) {
      throw new IllegalArgumentException(
          "Expected either figures or a reason, found %s and %s"
              .formatted(performance, doesNotFit));
    }
  }
}
