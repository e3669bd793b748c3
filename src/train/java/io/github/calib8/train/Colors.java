package io.github.calib8.train;

/** Color arithmetic. */
final class Colors {
  private Colors() {}

  /**
   * Converts a color.
   *
   * @param hue in degrees; any value
   * @param saturation in [0, 1]
   * @param value in [0, 1]
   * @return red, green and blue in [0, 1]
   */
  static double[] fromHsv(double hue, double saturation, double value) {
    double[] rgb = new double[3];
    for (int c = 0; c < 3; c++) {
      double k = (c == 0 ? 5 : c == 1 ? 3 : 1) + hue / 60;
      k -= 6 * StrictMath.floor(k / 6);
      double dip = StrictMath.max(0, StrictMath.min(1, StrictMath.min(k, 4 - k)));
      rgb[c] = value * (1 - saturation * dip);
    }
    return rgb;
  }
}
