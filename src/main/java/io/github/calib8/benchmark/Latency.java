package io.github.calib8.benchmark;

import java.util.Collection;

/**
 * How long a run of one batch takes, from the call to the output, in milliseconds.
 *
 * <p>Immutable and thread-safe.
 *
 * @param p50 the median
 * @param p90 what 90 % of the runs do not exceed
 * @param p99 what 99 % of the runs do not exceed
 */
public record Latency(double p50, double p90, double p99) {
  /**
   * Sums up all timed runs.
   *
   * @param milliseconds 1 or more
   * @return the percentiles, linear between the closest ranks
   * @throws IllegalArgumentException if there is none
   */
  public static Latency of(Collection<Double> milliseconds) {
    double[] percentiles = Percentiles.of(milliseconds, 0.5, 0.9, 0.99);
    return new Latency(percentiles[0], percentiles[1], percentiles[2]);
  }
}
