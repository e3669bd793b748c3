package io.github.calib8.train;

import java.util.Locale;

/** The color family of a drawn star: six, evenly around the color wheel, which overlap. */
enum Hue {
  /** Around 0 degrees. */
  RED,
  /** Around 60 degrees. */
  YELLOW,
  /** Around 120 degrees. */
  GREEN,
  /** Around 180 degrees. */
  CYAN,
  /** Around 240 degrees. */
  BLUE,
  /** Around 300 degrees. */
  MAGENTA;

  /** The angle between neighboring families. */
  static final double STEP = 60;

  /** Returns the middle of the family, in degrees on the color wheel. */
  double degrees() {
    return STEP * ordinal();
  }

  /** Returns the name in lower case, as it is used in labels. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
