package io.github.calib8.train;

import java.io.IOException;

/**
 * A labeled JPEG of a numbered series. Records hold no arrays, so this is a final class. Immutable.
 */
final class Photo {
  private final int label;
  private final byte[] jpeg;

  private Photo(int label, byte[] jpeg) {
    this.label = label;
    this.jpeg = jpeg;
  }

  /** Draws image {@code item} of a series. */
  static Photo of(long seed, int item, int label) throws IOException {
    return take(label, Dice.of(seed, item));
  }

  /** Draws image {@code item} of a series, of any class. */
  static Photo ofAnyClass(long seed, int item) throws IOException {
    Dice dice = Dice.of(seed, item);
    return take(dice.below(Category.COUNT), dice);
  }

  private static Photo take(int label, Dice dice) throws IOException {
    float quality = (float) dice.between(0.6, 0.8);
    return new Photo(label, JpegEncoder.encode(Scene.draw(label, dice), quality));
  }

  /** Returns the class, from 0. */
  int label() {
    return label;
  }

  /** Returns the file's bytes; the caller does not change them. */
  byte[] jpeg() {
    return jpeg;
  }
}
