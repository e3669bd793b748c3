package io.github.calib8.histogram;

/*
 * All magnitudes that round to the same level q = l s cost together the sum of (x - q)^2 = m2 - 2 q m1 + q^2 m0, with m0,
 * m1, m2 the sums of 1, x and x^2 over the interval between the neighboring half levels; the last interval, from
 * T - s/2 on, has no end and so holds the clipped ones too. Prefix sums of the three moments, continued into the bin
 * where an interval ends, give each candidate in O(levels).
 */
/** The squared error of quantization and clipping, as a function of the threshold. */
final class SquaredErrors {
  private final DyadicBins bins;
  private final int steps;
  private final long[] counts;
  private final double[] sum0; // sumK[i]: the sum of x^k over the first i bins
  private final double[] sum1;
  private final double[] sum2;

  /**
   * Creates the function.
   *
   * @param bins the magnitudes, at least one
   * @param steps the threshold in multiples of the scale
   */
  SquaredErrors(DyadicBins bins, int steps) {
    this.bins = bins;
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
    double scale = threshold / steps;
    double error = 0;
    double m0 = 0;
    double m1 = 0;
    double m2 = 0;
    for (int level = 0; level <= steps; level++) {
      double n0;
      double n1;
      double n2;
      double end = (level + 0.5) * scale;
      if (level < steps && end < bins.range()) {
        int bin = bins.bin(end);
        double edge = bins.lowerEdge(bin);
        double part = counts[bin] * (end - edge) / bins.width(bin);
        n0 = sum0[bin] + part;
        n1 = sum1[bin] + part * (edge + end) / 2;
        n2 = sum2[bin] + part * (edge * edge + edge * end + end * end) / 3;
      } else {
        n0 = sum0[counts.length];
        n1 = sum1[counts.length];
        n2 = sum2[counts.length];
      }
      double value = level * scale;
      error += (n2 - m2) - 2 * value * (n1 - m1) + value * value * (n0 - m0);
      m0 = n0;
      m1 = n1;
      m2 = n2;
    }
    return error;
  }
}
