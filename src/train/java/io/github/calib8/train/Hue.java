package io.github.calib8.train;

import java.util.Locale;

/** The color family of a drawn object; far enough apart that lighting never confuses two. */
enum Hue {
  /** Around 0 degrees. */
  RED(0),
  /** Around 52 degrees. */
  YELLOW(52),
  /** Around 130 degrees. */
  GREEN(130),
  /** Around 225 degrees. */
  BLUE(225);

  private final double degrees;

  Hue(double degrees) {
    this.degrees = degrees;
  }

  /** Returns the middle of the family, in degrees on the color wheel. */
  double degrees() {
    return degrees;
  }

  /** Returns the name in lower case, as it is used in labels. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
