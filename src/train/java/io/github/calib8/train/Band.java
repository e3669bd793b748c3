package io.github.calib8.train;

import java.util.Locale;

/**
 * How wide the stripes of a drawn star are: five grades, each 1.32 times as wide as the next, which
 * overlap as {@link Attributes} draws them.
 */
enum Band {
  /** 14 pixels of the scaled image from stripe to stripe. */
  BROAD,
  /** 11 pixels. */
  WIDE,
  /** 8 pixels. */
  MEDIUM,
  /** 6 pixels. */
  NARROW,
  /** 5 pixels. */
  FINE;

  /** The ratio of neighboring grades. */
  static final double RATIO = 1.32;

  private static final double BROADEST = 0.2;

  /** Returns the middle of the grade: the stripes' period, in the image's shorter sides. */
  double period() {
    return BROADEST / StrictMath.pow(RATIO, ordinal());
  }

  /** Returns the name in lower case, as it is used in labels. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
