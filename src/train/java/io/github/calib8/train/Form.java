package io.github.calib8.train;

import java.util.Locale;

/**
 * How deep the notches of a drawn star are: the grade of its outline. Two grades whose stars
 * overlap, as {@link Attributes} draws them.
 */
enum Form {
  /** Shallow notches. */
  BLUNT(0.76),
  /** Deep notches. */
  POINTED(0.5);

  private final double depth;

  Form(double depth) {
    this.depth = depth;
  }

  /** Returns the middle of the grade: the radius of the inner corners, in that of the outer. */
  double depth() {
    return depth;
  }

  /** Returns the name in lower case, as it is used in labels. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
