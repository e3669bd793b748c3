package io.github.calib8.histogram;

import java.util.Optional;
import java.util.OptionalDouble;

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
  private static final int WINDOWS_PER_OCTAVE = 512;

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
    double most = limit.orElse(Double.POSITIVE_INFINITY);
    int widest = negative.used + positive.used;
    // Levels need not end where the last bins in use do.
    widest += 2 * (widest / LEVELS + 1);
    double least = Double.POSITIVE_INFINITY;
    double leastError = Double.POSITIVE_INFINITY;
    Optional<ClippingRange> best = Optional.empty();
    for (int i = widest;
        i >= LEVELS;
        i -= Math.max(1, Integer.highestOneBit(i) / WINDOWS_PER_OCTAVE)) {
      double scale = scale(i);
      double[] errorsOfZeroPoints = errors.atEach(scale);
      Divergences below = null;
      Divergences above = null;
      boolean isNew = true;
      for (int zeroPoint = 1; zeroPoint < LEVELS; zeroPoint++) {
        double error = errorsOfZeroPoints[zeroPoint];
        if (error > most) {
          continue;
        }
        if (below == null || above == null) {
          below = negative.divergences(i);
          above = positive.divergences(i);
        }
        double divergence = below.with(zeroPoint, above, total);
        boolean ties =
            !isNew && Math.abs(divergence - least) <= EntropySearch.TIE && error < leastError;
        if (divergence < least - EntropySearch.TIE || ties) {
          least = divergence;
          leastError = error;
          best = Optional.of(ClippingRange.of(scale, zeroPoint));
          isNew = false;
        }
      }
    }
    return best;
  }

  private double scale(int window) {
    return Math.min((window + 0.5) * width, histogram.span()) / TwoSidedErrors.STEPS;
  }

  /** The terms of one side of zero, by the number of levels there. */
  private record Divergences(double[] terms, long[] kept) {
    double with(int levels, Divergences other, double total) {
      int others = LEVELS - levels;
      double inside = kept[levels] + other.kept[others];
      return (terms[levels] + other.terms[others]) / total + Math.log(inside / total);
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

    Divergences divergences(int window) {
      double[] terms = new double[LEVELS + 1];
      long[] kept = new long[LEVELS + 1];
      double cross = 0;
      int from = 0;
      terms[0] = total == 0 ? 0 : Double.POSITIVE_INFINITY;
      for (int level = 0; level < LEVELS; level++) {
        int to = Math.min(used, ((level + 1) * window + LEVELS - 1) / LEVELS);
        long inLevel = sum[to] - sum[from];
        double log =
            inLevel == 0 ? 0 : Math.log((double) inLevel / (occupied[to] - occupied[from]));
        long tail = total - sum[to];
        kept[level + 1] = sum[to];
        if (tail == 0) {
          terms[level + 1] = sumLog[to] - cross - inLevel * log;
        } else if (to == 0 || counts[to - 1] == 0) {
          terms[level + 1] = Double.POSITIVE_INFINITY;
        } else {
          double own = sumLog[to - 1] + EntropySearch.timesLog(counts[to - 1] + tail);
          terms[level + 1] = own - cross - (inLevel + tail) * log;
        }
        cross += inLevel * log;
        from = to;
      }
      return new Divergences(terms, kept);
    }
  }
}
