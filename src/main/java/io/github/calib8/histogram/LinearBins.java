package io.github.calib8.histogram;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Counts of magnitudes in bins of equal width, which a search works on. */
final class LinearBins {
  /**
   * The magnitudes collapse when all but a thousandth of them fall into so few of the first bins.
   */
  private static final int COLLAPSED_BINS = 256;

  private static final long COLLAPSED_REST = 1000;

  /** How many occupied bins on either side a bin is compared with. */
  private static final int NEIGHBORS = 16;

  /** A spike holds more than so many times what its neighbors do in the median. */
  private static final int SPIKE = 8;

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

  /**
   * Returns the same with single bins that stick out lowered to the height of those around them.
   *
   * <p>A constant region (a border, a dead channel, the bound of a Clip) puts many values into one
   * bin. They say where that constant is, nothing of how values are distributed, and any threshold
   * above represents them equally well.
   */
  LinearBins withoutSpikes() {
    int[] occupied = IntStream.range(0, counts.length).filter(i -> counts[i] != 0).toArray();
    long[] lowered = counts.clone();
    for (int i = 0; i < occupied.length; i++) {
      // As many on both sides where there are as many, so that a slope is no spike.
      int from = Math.max(0, Math.min(i - NEIGHBORS, occupied.length - 1 - 2 * NEIGHBORS));
      int to = Math.min(occupied.length, from + 2 * NEIGHBORS + 1);
      long[] around = new long[to - from - 1];
      for (int j = from, k = 0; j < to; j++) {
        if (j != i) {
          around[k++] = counts[occupied[j]];
        }
      }
      if (around.length == 0) {
        break;
      }
      Arrays.sort(around);
      long median = around[around.length / 2];
      if (counts[occupied[i]] > SPIKE * median) {
        lowered[occupied[i]] = median;
      }
    }
    return new LinearBins(range, lowered, beyond);
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
