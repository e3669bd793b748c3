package io.github.calib8.histogram;

/** Counts of magnitudes in bins of equal width, which a search works on. */
final class LinearBins {
  /**
   * The magnitudes collapse when all but a thousandth of them fall into so few of the first bins.
   */
  private static final int COLLAPSED_BINS = 256;

  private static final long COLLAPSED_REST = 1000;

  private final double range;
  private final long[] counts;
  private final long beyond;

  LinearBins(double range, long[] counts, long beyond) {
    this.range = range;
    this.counts = counts;
    this.beyond = beyond;
  }

  /** Returns the width of a bin. */
  double width() {
    return range / counts.length;
  }

  /** Returns the counts themselves; callers do not change them. */
  long[] counts() {
    return counts;
  }

  /** Returns how many magnitudes lie at or above the range. */
  long beyond() {
    return beyond;
  }

  /** Returns the number of bins up to the last one that is not empty. */
  int used() {
    int used = counts.length;
    while (used > 0 && counts[used - 1] == 0) {
      used--;
    }
    return used;
  }

  /** Returns the number of bins that are not empty. */
  int occupied() {
    int occupied = 0;
    for (long count : counts) {
      if (count != 0) {
        occupied++;
      }
    }
    return occupied;
  }

  /** Returns the same with pairs of neighboring bins added. */
  LinearBins halved() {
    long[] pairs = new long[counts.length / 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = counts[2 * i] + counts[2 * i + 1];
    }
    return new LinearBins(range, pairs, beyond);
  }

  /** Returns whether {@link Histogram#BINS} bins hold nearly everything in the first few. */
  boolean isCollapsed() {
    long first = 0;
    long total = beyond;
    for (int i = 0; i < counts.length; i++) {
      total += counts[i];
      if (i < COLLAPSED_BINS) {
        first += counts[i];
      }
    }
    long rest = total - first;
    return total > 0 && rest <= total / COLLAPSED_REST;
  }
}
