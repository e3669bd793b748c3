package io.github.calib8.train;

/**
 * How an image shows the object that it is labeled with.
 *
 * <p>An image other than {@link #CLEAR} misleads outright rather than a little: a network is then
 * sure, and wrong, which lowers accuracy without putting images next to a decision boundary. It is
 * what real validation sets have too: labels that name a minor object of the scene, or one whose
 * telling detail cannot be seen.
 */
enum Evidence {
  /** The labeled object is the large one. */
  CLEAR,
  /** The object wears another class's pattern; shape and color are its own. */
  DISGUISED,
  /** The labeled object is a small one; a large one of another class is in front. */
  MINOR,
  /** The labeled object lies entirely behind one of another class. */
  HIDDEN;

  private static final double DISGUISED_SHARE = 0.08;
  private static final double MINOR_SHARE = 0.015;
  private static final double HIDDEN_SHARE = 0.01;

  /** Draws the kind of a validation image. */
  static Evidence ofValidation(Dice dice) {
    double value = dice.between(0, 1);
    if (value < DISGUISED_SHARE) {
      return DISGUISED;
    }
    if (value < DISGUISED_SHARE + MINOR_SHARE) {
      return MINOR;
    }
    return value < DISGUISED_SHARE + MINOR_SHARE + HIDDEN_SHARE ? HIDDEN : CLEAR;
  }
}
