package io.github.calib8.histogram;

import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/*
 * As EntropySearch, with bins on both sides of zero: a window of i bins is cut into 256 levels of i / 256 bins each,
 * counted from zero in both directions. The terms of a side depend on the window's width and on how many of the levels
 * are on that side, so one pass over the levels of each side gives the divergences of all zero points.
 *
 * A window of i bins stands for the scale (i + 0.5) bins / 255, as a threshold of i bins does for unsigned integers.
 */
/**
 * The search for the scale and zero point of the least divergence; see {@link CalibrationMethod}.
 */
final class TwoSidedEntropySearch {
  static final int LEVELS = TwoSidedErrors.STEPS + 1;

  /** Windows tried in each octave, or all where there are fewer. */
  private static final int WINDOWS_PER_OCTAVE = 256;

  /** The reference looks at no threshold below 128 of 2048 bins. */
  private static final int SMALLEST_PART = 16;

  private final Histogram histogram;
  private final TwoSidedErrors errors;
  private final Side negative;
  private final Side positive;
  private final double width;
  private final double total;

  /**
   * A search.
   *
   * @param negative the bins of negative values, as wide as those of positive ones
   */
  TwoSidedEntropySearch(
      Histogram histogram, TwoSidedErrors errors, LinearBins negative, LinearBins positive) {
    this.histogram = histogram;
    this.errors = errors;
    this.negative = new Side(negative);
    this.positive = new Side(positive);
    this.width = positive.width();
    this.total = this.negative.total + this.positive.total;
  }

  /**
   * Returns the best range, from the widest window down to one bin a level; of those that tie, the
   * one of the larger scale, then that of the smaller squared error.
   *
   * @param limit the squared error that a range may cost; empty: any
   * @return empty if none of finite divergence is within the limit
   */
  Optional<ClippingRange> best(OptionalDouble limit) {
    int widest = negative.used + positive.used;
    // Levels need not end where the last bins in use do.
    widest += 2 * (widest / LEVELS + 1);
    Best best = new Best();
    int step;
    for (int window = widest; window >= LEVELS; window -= step) {
      step = Math.max(1, Integer.highestOneBit(window) / WINDOWS_PER_OCTAVE);
      search(window, limit.orElse(Double.POSITIVE_INFINITY), best);
    }
    return Optional.ofNullable(best.range);
  }

  private void search(int window, double limit, Best best) {
    double scale = Math.min((window + 0.5) * width, histogram.span()) / TwoSidedErrors.STEPS;
    double[] squaredErrors = errors.atEach(scale);
    int first = 1;
    while (first < LEVELS && (squaredErrors[first] > limit || negative.isCut(window, first))) {
      first++;
    }
    int last = LEVELS - 1;
    while (last >= first
        && (squaredErrors[last] > limit || positive.isCut(window, LEVELS - last))) {
      last--;
    }
    if (first > last) {
      return;
    }
    double[] below = negative.logs(window, last);
    double[] above = positive.logs(window, LEVELS - first);
    double[] belowSums = negative.crossSums(window, below);
    double[] aboveSums = positive.crossSums(window, above);
    double divergenceBefore = best.divergence;
    for (int zeroPoint = first; zeroPoint <= last; zeroPoint++) {
      if (squaredErrors[zeroPoint] <= limit) {
        int others = LEVELS - zeroPoint;
        double terms =
            negative.terms(window, zeroPoint, below, belowSums)
                + positive.terms(window, others, above, aboveSums);
        double kept = negative.kept(window, zeroPoint) + positive.kept(window, others);
        best.offer(
            terms / total + Math.log(kept / total),
            divergenceBefore,
            squaredErrors[zeroPoint],
            ClippingRange.of(scale, zeroPoint));
      }
    }
  }

  /** The best range so far. */
  private static final class Best {
    double divergence = Double.POSITIVE_INFINITY;
    double squaredError = Double.POSITIVE_INFINITY;
    @Nullable ClippingRange range;

    /**
     * Takes a range if it is better, or as good, of the same window and of a smaller squared error.
     *
     * @param before the least divergence of wider windows
     */
    void offer(double offered, double before, double error, ClippingRange candidate) {
      boolean isBetter = offered < divergence - EntropySearch.TIE;
      boolean isOfThisWindow = divergence < before;
      boolean ties = Math.abs(offered - divergence) <= EntropySearch.TIE;
      if (isBetter || isOfThisWindow && ties && error < squaredError) {
        divergence = offered;
        squaredError = error;
        range = candidate;
      }
    }
  }

  /** The values of one sign; sums as in {@link EntropySearch}. */
  private static final class Side {
    final long[] counts;
    final int used;
    final long total;
    final long[] sum;
    final int[] occupied;
    final double[] sumLog;

    Side(LinearBins bins) {
      this.counts = bins.counts();
      this.used = bins.used();
      this.sum = new long[used + 1];
      this.occupied = new int[used + 1];
      this.sumLog = new double[used + 1];
      for (int i = 0; i < used; i++) {
        sum[i + 1] = sum[i] + counts[i];
        occupied[i + 1] = occupied[i] + (counts[i] == 0 ? 0 : 1);
        sumLog[i + 1] = sumLog[i] + EntropySearch.timesLog(counts[i]);
      }
      this.total = sum[used] + bins.beyond();
    }

    /** How many bins a number of levels covers. */
    private int end(int window, int levels) {
      return Math.min(used, (levels * window + LEVELS - 1) / LEVELS);
    }

    /** Whether so few bins are left that the divergence says nothing: one bin alone has none. */
    boolean isCut(int window, int levels) {
      return end(window, levels) < used / SMALLEST_PART;
    }

    long kept(int window, int levels) {
      return sum[end(window, levels)];
    }

    /** The logarithm of what Q is in each level. */
    double[] logs(int window, int levels) {
      double[] logs = new double[levels];
      for (int level = 0; level < levels; level++) {
        int from = end(window, level);
        int to = end(window, level + 1);
        long inLevel = sum[to] - sum[from];
        logs[level] =
            inLevel == 0 ? 0 : Math.log((double) inLevel / (occupied[to] - occupied[from]));
      }
      return logs;
    }

    /** For each number of levels, the sum over them of P ln Q, without a tail. */
    double[] crossSums(int window, double[] logs) {
      double[] sums = new double[logs.length + 1];
      for (int level = 0; level < logs.length; level++) {
        long inLevel = kept(window, level + 1) - kept(window, level);
        sums[level + 1] = sums[level] + inLevel * logs[level];
      }
      return sums;
    }

    /** The sum over a number of levels of P ln P - P ln Q; infinite where the last bin has no Q. */
    double terms(int window, int levels, double[] logs, double[] crossSums) {
      int end = end(window, levels);
      long tail = total - sum[end];
      if (tail == 0) {
        return sumLog[end] - crossSums[levels];
      }
      if (end == 0 || counts[end - 1] == 0) {
        return Double.POSITIVE_INFINITY;
      }
      double own = sumLog[end - 1] + EntropySearch.timesLog(counts[end - 1] + tail);
      // Where there are more levels than bins, the last ones are empty.
      int last = levels - 1;
      while (end(window, last) == end) {
        last--;
      }
      return own - crossSums[levels] - tail * logs[last];
    }
  }
}
