package io.github.calib8.train;

import java.util.Locale;

/** The color family of a drawn object; far enough apart that lighting never confuses two. */
enum Hue {
  /** Around 0 degrees. */
  RED(0),
  /** Around 50 degrees. */
  YELLOW(50),
  /** Around 115 degrees. */
  GREEN(115),
  /** Around 180 degrees. */
  CYAN(180),
  /** Around 232 degrees. */
  BLUE(232),
  /** Around 305 degrees. */
  MAGENTA(305);

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
