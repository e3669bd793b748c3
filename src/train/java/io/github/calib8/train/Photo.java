package io.github.calib8.train;

/** A labeled JPEG. Records hold no arrays, so this is a final class. Immutable. */
final class Photo {
  private final int label;
  private final byte[] jpeg;

  Photo(int label, byte[] jpeg) {
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
