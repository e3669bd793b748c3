package io.github.calib8.histogram;

import java.util.OptionalInt;
import java.util.function.IntPredicate;

/*
 * With h the counts, N their sum over all magnitudes, S the sum of the first i bins, t = N - S the tail, and for each
 * level l its sum C_l and its number of occupied bins n_l, every occupied bin of l has Q = C_l / n_l. The divergence is
 *
 *   KL = 1/N (sum_b p_b ln p_b - sum_l P_l ln(C_l / n_l)) + ln(S / N),
 *
 * where p_b = h_b and P_l = C_l, except that the last bin and the last level have t more. Prefix sums of h, of the
 * occupied bins and of h ln h give each candidate in O(levels).
 */
/** The search for the number of bins to keep; see {@link CalibrationMethod#entropy()}. */
final class EntropySearch {
  /**
   * Divergences closer than this tie. Well above the rounding errors of the sums (1e-13), so that a
   * tie in exact arithmetic is one here; well below any difference that matters (1e-6).
   */
  static final double TIE = 1e-11;

  private final int levels;
  private final long total;
  private final int used;
  private final long[] counts;
  private final long[] sum; // sum[i] is that of the first i bins, as in the other two
  private final int[] occupied;
  private final double[] sumLog;

  EntropySearch(LinearBins bins, int levels) {
    this.levels = levels;
    this.counts = bins.counts();
    this.used = bins.used();
    this.sum = new long[used + 1];
    this.occupied = new int[used + 1];
    this.sumLog = new double[used + 1];
    for (int i = 0; i < used; i++) {
      sum[i + 1] = sum[i] + counts[i];
      occupied[i + 1] = occupied[i] + (counts[i] == 0 ? 0 : 1);
      sumLog[i + 1] = sumLog[i] + timesLog(counts[i]);
    }
    this.total = sum[used] + bins.beyond();
  }

  /**
   * Returns the best number of bins, from the number of levels to the number of bins in use.
   *
   * @param admissible which numbers may be taken; asked only of those that would be better
   * @return empty if none of finite divergence may
   */
  OptionalInt best(IntPredicate admissible) {
    OptionalInt best = OptionalInt.empty();
    double least = Double.POSITIVE_INFINITY;
    // From the largest down, so that a tie keeps the larger one.
    for (int i = used; i >= levels; i--) {
      double divergence = divergence(i);
      if (divergence < least - TIE && admissible.test(i)) {
        least = divergence;
        best = OptionalInt.of(i);
      }
    }
    return best;
  }

  /** Returns the divergence of keeping the first {@code i} bins, or infinity to reject that. */
  double divergence(int i) {
    long kept = sum[i];
    long tail = total - kept;
    if (counts[i - 1] == 0 && tail > 0) {
      return Double.POSITIVE_INFINITY;
    }
    double cross = 0;
    int from = 0;
    for (int level = 0; level < levels; level++) {
      int to = ((level + 1) * i + levels - 1) / levels;
      long inLevel = sum[to] - sum[from];
      if (inLevel != 0) {
        long p = level == levels - 1 ? inLevel + tail : inLevel;
        cross += p * Math.log((double) inLevel / (occupied[to] - occupied[from]));
      }
      from = to;
    }
    double own = sumLog[i - 1] + timesLog(counts[i - 1] + tail);
    return (own - cross) / total + Math.log((double) kept / total);
  }

  static double timesLog(long count) {
    return count == 0 ? 0 : count * Math.log(count);
  }
}
