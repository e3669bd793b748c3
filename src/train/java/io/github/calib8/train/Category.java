package io.github.calib8.train;

import java.util.Locale;

/**
 * One of the 60 classes: a shape in a color, with a pattern. Immutable and thread-safe.
 *
 * @param shape the outline
 * @param hue the color family
 * @param pattern what is painted on it
 */
record Category(Shape shape, Hue hue, Pattern pattern) {

  private static final int HUES = Hue.values().length;
  private static final int PATTERNS = Pattern.values().length;

  /** How many classes there are. */
  static final int COUNT = Shape.values().length * HUES * PATTERNS;

  /**
   * Returns the class of a label.
   *
   * @param label the class, from 0
   * @return the class
   */
  static Category of(int label) {
    return new Category(
        Shape.values()[label / (PATTERNS * HUES)],
        Hue.values()[label / PATTERNS % HUES],
        Pattern.values()[label % PATTERNS]);
  }

  /** Returns the label, from 0. */
  int label() {
    return (shape.ordinal() * HUES + hue.ordinal()) * PATTERNS + pattern.ordinal();
  }

  /** Returns a class that differs from this one in its pattern alone. */
  Category disguised(Dice dice) {
    int other = (pattern.ordinal() + 1 + dice.below(PATTERNS - 1)) % PATTERNS;
    return new Category(shape, hue, Pattern.values()[other]);
  }

  /** Returns a class that shares nothing with this one. */
  Category unlike(Dice dice) {
    while (true) {
      Category candidate = of(dice.below(COUNT));
      if (candidate.hue != hue && candidate.pattern != pattern) {
        return candidate;
      }
    }
  }

  /** Returns a made-up WordNet identifier; they sort as the labels do. */
  String wnid() {
    return String.format(Locale.ROOT, "n9%07d", 1000 + 17 * label());
  }

  /** Returns the class in words. */
  String words() {
    return pattern.word() + " " + hue.word() + " " + shape.word();
  }
}
