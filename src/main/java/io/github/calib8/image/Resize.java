package io.github.calib8.image;

import io.github.calib8.work.Arguments;

/**
 * The size to which an image is brought before it is cropped.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Resize {
  private enum Mode {
    NONE("none"),
    SQUARE("square"),
    SHORTER_SIDE("short");

    final String word;

    Mode(String word) {
      this.word = word;
    }
  }

  private static final Resize NONE = new Resize(Mode.NONE, 0);

  private final Mode mode;
  private final int size;

  private Resize(Mode mode, int size) {
    this.mode = mode;
    this.size = size;
  }

  /**
   * Returns the policy that leaves the size as it is.
   *
   * @return no resizing
   */
  public static Resize none() {
    return NONE;
  }

  /**
   * Returns the policy that makes every image a square, whatever its aspect ratio (Caffe's {@code
   * convert_imageset --resize_height N --resize_width N}).
   *
   * @param size height and width in pixels, at least 1
   * @return the policy
   */
  public static Resize square(int size) {
    return new Resize(Mode.SQUARE, Arguments.atLeast(1, size, "size"));
  }

  /**
   * Returns the policy that keeps the aspect ratio and brings the shorter side to a length; the
   * longer one becomes {@code floor(size * longer / shorter)} (torchvision's {@code Resize(N)}).
   *
   * @param size shorter side in pixels, at least 1
   * @return the policy
   */
  public static Resize shorterSide(int size) {
    return new Resize(Mode.SHORTER_SIDE, Arguments.atLeast(1, size, "size"));
  }

  /**
   * Reads what {@link #toString()} writes: {@code none}, {@code square:256} or {@code short:256}.
   *
   * @param text the text
   * @return the policy
   * @throws IllegalArgumentException if the text is none of these
   */
  public static Resize parse(String text) {
    if (text.equals(Mode.NONE.word)) {
      return NONE;
    }
    int colon = text.indexOf(':');
    if (colon >= 0) {
      String word = text.substring(0, colon);
      String size = text.substring(colon + 1);
      // At most 9 digits: parseInt cannot overflow.
      if (size.matches("[1-9][0-9]{0,8}")) {
        if (word.equals(Mode.SQUARE.word)) {
          return square(Integer.parseInt(size));
        }
        if (word.equals(Mode.SHORTER_SIDE.word)) {
          return shorterSide(Integer.parseInt(size));
        }
      }
    }
    throw new IllegalArgumentException(
        "Expected a resize of none, square:SIZE or short:SIZE (short:256), found '" + text + "'");
  }

  /** Whether images keep their size. */
  boolean isNone() {
    return mode == Mode.NONE;
  }

  /**
   * A height that no resized image falls below, 0 if there is none; the same holds for the width.
   */
  int smallestSide() {
    return size;
  }

  int width(int imageWidth, int imageHeight) {
    return side(imageWidth, imageHeight);
  }

  int height(int imageWidth, int imageHeight) {
    return side(imageHeight, imageWidth);
  }

  private int side(int side, int otherSide) {
    return switch (mode) {
      case NONE -> side;
      case SQUARE -> size;
      case SHORTER_SIDE ->
          side <= otherSide ? size : Math.toIntExact((long) size * side / otherSide);
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Resize that && mode == that.mode && size == that.size;
  }

  @Override
  public int hashCode() {
    return 31 * mode.ordinal() + size;
  }

  /** Returns the canonical text: {@code none}, {@code square:256} or {@code short:256}. */
  @Override
  public String toString() {
    return mode == Mode.NONE ? mode.word : mode.word + ":" + size;
  }
}
