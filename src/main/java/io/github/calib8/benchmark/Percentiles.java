package io.github.calib8.benchmark;

import java.util.Collection;
import java.util.List;

/** Percentiles of a sample, linear between the closest ranks, as NumPy's default. */
final class Percentiles {
  private final List<Double> sorted;

  /** Sorts a copy of 1 or more values. */
  Percentiles(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("Expected 1 or more values, found none");
    }
    this.sorted = values.stream().sorted().toList();
  }

  /**
   * The value that a given share does not exceed.
   *
   * @param percent 0 (the least) to 100 (the greatest)
   */
  double at(double percent) {
    double rank = percent / 100 * (sorted.size() - 1);
    int below = (int) Math.floor(rank);
    int above = (int) Math.ceil(rank);
    return sorted.get(below) + (rank - below) * (sorted.get(above) - sorted.get(below));
  }
}
