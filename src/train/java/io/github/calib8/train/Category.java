package io.github.calib8.train;

import java.util.Locale;

/**
 * One of the 64 classes: a shape in a color, plain or striped. Immutable and thread-safe.
 *
 * @param shape the outline
 * @param hue the color family
 * @param striped whether stripes cross it
 */
record Category(Shape shape, Hue hue, boolean striped) {

  private static final int HUES = Hue.values().length;

  /** How many classes there are. */
  static final int COUNT = Shape.values().length * HUES * 2;

  /**
   * Returns the class of a label.
   *
   * @param label the class, from 0
   * @return the class
   */
  static Category of(int label) {
    return new Category(
        Shape.values()[label / (2 * HUES)], Hue.values()[label / 2 % HUES], label % 2 == 1);
  }

  /** Returns the label, from 0. */
  int label() {
    return (shape.ordinal() * HUES + hue.ordinal()) * 2 + (striped ? 1 : 0);
  }

  /** Returns the class that differs from this one in its stripes alone. */
  Category lookalike() {
    return new Category(shape, hue, !striped);
  }

  /** Returns a made-up WordNet identifier; they sort as the labels do. */
  String wnid() {
    return String.format(Locale.ROOT, "n9%07d", 1000 + 17 * label());
  }

  /** Returns the class in words. */
  String words() {
    return (striped ? "striped " : "plain ") + hue.word() + " " + shape.word();
  }
}
