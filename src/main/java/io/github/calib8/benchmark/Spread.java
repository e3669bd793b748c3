package io.github.calib8.benchmark;

import java.util.Collection;

/**
 * A value that was measured several times.
 *
 * <p>Immutable and thread-safe.
 *
 * @param median the middle
 * @param min the least
 * @param max the greatest
 */
public record Spread(double median, double min, double max) {
  /**
   * Sums up repeats.
   *
   * @param values 1 or more
   * @return their median, least and greatest
   * @throws IllegalArgumentException if there is none
   */
  public static Spread of(Collection<Double> values) {
    double[] percentiles = Percentiles.of(values, 0.5, 0, 1);
    return new Spread(percentiles[0], percentiles[1], percentiles[2]);
  }
}
