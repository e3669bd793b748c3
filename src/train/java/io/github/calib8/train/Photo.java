package io.github.calib8.train;

import java.io.IOException;

/** A labeled JPEG. Records hold no arrays, so this is a final class. Immutable. */
final class Photo {
  private final int label;
  private final byte[] jpeg;

  private static final double LOWEST_QUALITY = 0.6;
  private static final double HIGHEST_QUALITY = 0.8;

  /** Draws an image of a class. */
  static Photo take(int label, Dice dice) throws IOException {
    float quality = (float) dice.between(LOWEST_QUALITY, HIGHEST_QUALITY);
    return new Photo(label, JpegEncoder.encode(Scene.draw(label, dice), quality));
  }

  private Photo(int label, byte[] jpeg) {
    this.label = label;
    this.jpeg = jpeg;
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
