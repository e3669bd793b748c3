package io.github.calib8.train;

/**
 * What is measurable of a star, drawn around the middle of its class: the classes overlap, so that
 * a star can lie between two of them, for the eye, too. An immutable value.
 *
 * @param depth the radius of the inner corners, in that of the outer
 * @param degrees the hue on the color wheel
 * @param period of the stripes, in the image's shorter sides
 */
record Attributes(double depth, double degrees, double period) {
  /** The deviation of a depth from its grade's middle. */
  static final double DEPTH_DEVIATION = 0.062;

  /** The deviation of a hue, in degrees. */
  static final double DEGREES_DEVIATION = 13.3;

  /** The deviation of the logarithm of a period. */
  static final double PERIOD_DEVIATION = 0.0645;

  /** Draws a star of a class. */
  static Attributes of(Category category, Dice dice) {
    double depth = category.form().depth() + DEPTH_DEVIATION * dice.normal();
    return new Attributes(
        StrictMath.max(0.3, StrictMath.min(0.95, depth)),
        category.hue().degrees() + DEGREES_DEVIATION * dice.normal(),
        category.band().period() * StrictMath.exp(PERIOD_DEVIATION * dice.normal()));
  }

  /**
   * Returns the logarithm of the probability that a star of a class looks like this, but for a
   * constant: what an observer knows who measures without error.
   */
  double logLikelihood(Category category) {
    double turn = StrictMath.IEEEremainder(degrees - category.hue().degrees(), 360);
    double form = (depth - category.form().depth()) / DEPTH_DEVIATION;
    double hue = turn / DEGREES_DEVIATION;
    double band = StrictMath.log(period / category.band().period()) / PERIOD_DEVIATION;
    return -0.5 * (form * form + hue * hue + band * band);
  }
}
