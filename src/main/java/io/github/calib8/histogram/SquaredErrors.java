package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;

/*
 * All magnitudes that round to the same level q = l s cost together the sum of (x - q)^2 = m2 - 2 q m1 + q^2 m0, with m0,
 * m1, m2 the sums of 1, x and x^2 over the interval between the neighboring half levels; the last interval, from
 * T - s/2 on, has no end and so holds the clipped ones too. Prefix sums of the three moments, continued into the bin
 * where an interval ends, give each candidate in O(levels).
 */
/** The squared error of quantizing and clipping magnitudes, as a function of the threshold. */
final class SquaredErrors {
  /**
   * The search looks at every so manieth bin: 256 candidates in each octave, 0.2 to 0.4 % apart.
   */
  private static final int STRIDE = 8;

  /**
   * Well above the rounding errors of the sums, so that a bound which is exact skips no minimum.
   */
  private static final double ROUNDING = 1e-9;

  private final DyadicBins bins;
  private final double maxAbs;
  private final int steps;
  private final long[] counts;
  private final double[] sum0; // sumK[i]: the sum of x^k over the first i bins
  private final double[] sum1;
  private final double[] sum2;

  private SquaredErrors(DyadicBins bins, double maxAbs, int steps) {
    this.bins = bins;
    this.maxAbs = maxAbs;
    this.steps = steps;
    this.counts = bins.counts();
    this.sum0 = new double[counts.length + 1];
    this.sum1 = new double[counts.length + 1];
    this.sum2 = new double[counts.length + 1];
    for (int i = 0; i < counts.length; i++) {
      double a = bins.lowerEdge(i);
      double b = a + bins.width(i);
      sum0[i + 1] = sum0[i] + counts[i];
      sum1[i + 1] = sum1[i] + counts[i] * (a + b) / 2;
      sum2[i + 1] = sum2[i] + counts[i] * (a * a + a * b + b * b) / 3;
    }
  }

  /**
   * Returns the function.
   *
   * @param histogram the tensor's values, at least one of them other than zero
   * @param type the integers that the threshold is the largest of
   */
  static SquaredErrors of(Histogram histogram, IntegerType type) {
    return new SquaredErrors(histogram.magnitudes(), histogram.maxAbs(), type.max());
  }

  /**
   * Returns the function of the values of one sign.
   *
   * @param bins their magnitudes
   * @param steps the most steps that there may be above zero
   */
  static SquaredErrors ofSide(DyadicBins bins, int steps) {
    return new SquaredErrors(bins, 0, steps);
  }

  /** A threshold, and the sum of squared errors with it. */
  record Least(double threshold, double error) {}

  /**
   * Returns the least there is: of the largest magnitude and, down to 1/512 of the range, the
   * thresholds 1/256 of an octave apart. Of those that tie, the largest.
   */
  Least least() {
    double best = maxAbs;
    double least = at(best);
    // From the largest down, so that a tie keeps the larger one.
    for (int bin = bins.bin(best) / STRIDE * STRIDE; bin >= DyadicBins.OCTAVE; bin -= STRIDE) {
      double threshold = bins.lowerEdge(bin);
      if (clipping(threshold) > least * (1 + ROUNDING)) {
        break; // Clipping alone costs more, and only ever more below.
      }
      double error = at(threshold);
      if (error < least) {
        least = error;
        best = threshold;
      }
    }
    return new Least(best, least);
  }

  /**
   * Returns the part of the error that comes from clipping: the sum of (x - T)^2 over x &gt; T.
   *
   * @param threshold of any size
   */
  double clipping(double threshold) {
    if (threshold >= bins.range()) {
      return 0;
    }
    int bin = bins.bin(threshold);
    double end = bins.lowerEdge(bin) + bins.width(bin);
    double part = counts[bin] * (end - threshold) / bins.width(bin);
    double n0 = sum0[counts.length] - sum0[bin + 1];
    double n1 = sum1[counts.length] - sum1[bin + 1];
    double n2 = sum2[counts.length] - sum2[bin + 1];
    double beyond = n2 - 2 * threshold * n1 + threshold * threshold * n0;
    return part * (end - threshold) * (end - threshold) / 3 + Math.max(0, beyond);
  }

  /** Returns the sum of squares. */
  double signal() {
    return sum2[counts.length];
  }

  /**
   * Returns the sum of squared errors with a threshold.
   *
   * @param threshold of any size
   */
  double at(double threshold) {
    return atEach(threshold / steps)[steps];
  }

  /**
   * Returns the sums of squared errors with each number of steps above zero; what is beyond the
   * last one is clipped.
   *
   * @param scale the size of a step
   * @return those with 0 steps, 1, and so on, up to the most
   */
  double[] atEach(double scale) {
    double[] errors = new double[steps + 1];
    double error = 0;
    double m0 = 0;
    double m1 = 0;
    double m2 = 0;
    for (int level = 0; level <= steps; level++) {
      double value = level * scale;
      errors[level] =
          error
              + ((sum2[counts.length] - m2)
                  - 2 * value * (sum1[counts.length] - m1)
                  + value * value * (sum0[counts.length] - m0));
      double end = (level + 0.5) * scale;
      double n0 = sum0[counts.length];
      double n1 = sum1[counts.length];
      double n2 = sum2[counts.length];
      if (end < bins.range()) {
        int bin = bins.bin(end);
        double edge = bins.lowerEdge(bin);
        double part = counts[bin] * (end - edge) / bins.width(bin);
        n0 = sum0[bin] + part;
        n1 = sum1[bin] + part * (edge + end) / 2;
        n2 = sum2[bin] + part * (edge * edge + edge * end + end * end) / 3;
      }
      error += (n2 - m2) - 2 * value * (n1 - m1) + value * value * (n0 - m0);
      m0 = n0;
      m1 = n1;
      m2 = n2;
    }
    return errors;
  }
}
