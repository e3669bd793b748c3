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

  /** Draws image {@code item} of the validation series. */
  static Photo ofValidation(long seed, int item, int label) throws IOException {
    Dice dice = Dice.of(seed, item);
    return take(label, Evidence.ofValidation(dice), dice);
  }

  /** Draws image {@code item} of a training series: any class, clearly shown. */
  static Photo ofTraining(long seed, int item) throws IOException {
    Dice dice = Dice.of(seed, item);
    return take(dice.below(Category.COUNT), Evidence.CLEAR, dice);
  }

  private static Photo take(int label, Evidence evidence, Dice dice) throws IOException {
    float quality = (float) dice.between(0.7, 0.9);
    return new Photo(label, JpegEncoder.encode(Scene.draw(label, evidence, dice), quality));
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
