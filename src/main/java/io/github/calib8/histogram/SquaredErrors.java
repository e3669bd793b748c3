package io.github.calib8.histogram;

/*
 * All magnitudes that round to the same level q = l s cost together the sum of (x - q)^2 = m2 - 2 q m1 + q^2 m0, with m0,
 * m1, m2 the sums of 1, x and x^2 over the interval between the neighboring half levels; the last interval, from
 * T - s/2 on, has no end and so holds the clipped ones too. Prefix sums of the three moments, continued into the bin
 * where an interval ends, give each candidate in O(levels). Magnitudes beyond the bins count as the largest magnitude:
 * these are at most one in a thousand, and overestimating them errs towards a larger range.
 */
/** The expected squared error of quantization, as a function of the threshold. */
final class SquaredErrors {
  private final int steps;
  private final double width;
  private final int bins;
  private final long[] counts;
  private final double[][] moments; // [k][i]: the sum of x^k over the first i bins
  private final double[] all = new double[3];

  /**
   * Creates the function.
   *
   * @param steps the threshold in multiples of the scale
   */
  SquaredErrors(LinearBins linear, double maxAbs, int steps) {
    this.steps = steps;
    this.width = linear.width();
    this.counts = linear.counts();
    this.bins = linear.used();
    this.moments = new double[3][bins + 1];
    for (int i = 0; i < bins; i++) {
      double a = i * width;
      double b = a + width;
      moments[0][i + 1] = moments[0][i] + counts[i];
      moments[1][i + 1] = moments[1][i] + counts[i] * (a + b) / 2;
      moments[2][i + 1] = moments[2][i] + counts[i] * (a * a + a * b + b * b) / 3;
    }
    double power = linear.beyond();
    for (int k = 0; k < all.length; k++) {
      all[k] = moments[k][bins] + power;
      power *= maxAbs;
    }
  }

  /** Returns the sum of squared errors with a threshold. */
  double at(double threshold) {
    double scale = threshold / steps;
    double error = 0;
    double m0 = 0;
    double m1 = 0;
    double m2 = 0;
    for (int level = 0; level <= steps; level++) {
      double n0 = all[0];
      double n1 = all[1];
      double n2 = all[2];
      if (level < steps) {
        double end = (level + 0.5) * scale;
        int bin = Math.min((int) (end / width), bins);
        double edge = bin * width;
        double part = bin < bins ? counts[bin] * (end - edge) / width : 0;
        n0 = moments[0][bin] + part;
        n1 = moments[1][bin] + part * (edge + end) / 2;
        n2 = moments[2][bin] + part * (edge * edge + edge * end + end * end) / 3;
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
