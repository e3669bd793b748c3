package io.github.calib8.image;

import io.github.calib8.work.Arguments;
import io.github.calib8.work.Internal;

/**
 * The size to which an image is brought before it is cropped.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Resize {
  private enum Mode {
    NONE("none"),
    SQUARE("square"),
    EXACT("exact"),
    SHORTER_SIDE("short");

    final String word;

    Mode(String word) {
      this.word = word;
    }
  }

  private static final Resize NONE = new Resize(Mode.NONE, 0, 0);

  /**
   * The longest side, in pixels: JPEG's. Sizes beyond it are slips, such as of a tiny crop
   * fraction.
   */
  @Internal public static final int LONGEST = 65_535;

  /** At most 5 digits: parseInt cannot overflow. */
  private static final String SIDE = "[1-9][0-9]{0,4}";

  private final Mode mode;
  private final int height;
  private final int width;

  private Resize(Mode mode, int height, int width) {
    this.mode = mode;
    this.height = height;
    this.width = width;
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
   * @param size height and width in pixels, 1 to 65,535
   * @return the policy
   */
  public static Resize square(int size) {
    return new Resize(Mode.SQUARE, side(size, "size"), size);
  }

  /**
   * Returns the policy that brings every image to one size, whatever its aspect ratio.
   *
   * @param height in pixels, 1 to 65,535
   * @param width in pixels, 1 to 65,535
   * @return the policy; that of {@link #square} where both are the same
   */
  public static Resize exactly(int height, int width) {
    return height == width
        ? square(height)
        : new Resize(Mode.EXACT, side(height, "height"), side(width, "width"));
  }

  /**
   * Returns the policy that keeps the aspect ratio and brings the shorter side to a length; the
   * longer one becomes {@code floor(size * longer / shorter)} (torchvision's {@code Resize(N)}).
   *
   * @param size shorter side in pixels, 1 to 65,535
   * @return the policy
   */
  public static Resize shorterSide(int size) {
    return new Resize(Mode.SHORTER_SIDE, side(size, "size"), size);
  }

  /**
   * Returns a side that is neither too short nor too long.
   *
   * @param name what it is called
   * @throws IllegalArgumentException if it is
   */
  static int side(int pixels, String name) {
    if (pixels > LONGEST) {
      throw new IllegalArgumentException(
          "Expected " + name + " of at most " + LONGEST + ", found " + pixels);
    }
    return Arguments.atLeast(1, pixels, name);
  }

  /**
   * Reads what {@link #toString()} writes: {@code none}, {@code square:256}, {@code short:256} or
   * {@code exact:96x320}.
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
      if (size.matches(SIDE)) {
        if (word.equals(Mode.SQUARE.word)) {
          return square(Integer.parseInt(size));
        }
        if (word.equals(Mode.SHORTER_SIDE.word)) {
          return shorterSide(Integer.parseInt(size));
        }
      } else if (word.equals(Mode.EXACT.word) && size.matches(SIDE + "x" + SIDE)) {
        String[] sides = size.split("x");
        return exactly(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
      }
    }
    throw new IllegalArgumentException(
        "Expected a resize of none, square:SIZE, short:SIZE (short:256) or exact:HEIGHTxWIDTH,"
            + " found '"
            + text
            + "'");
  }

  /** Whether images keep their size. */
  boolean isNone() {
    return mode == Mode.NONE;
  }

  /** A height that no resized image falls below, 0 if there is none. */
  int smallestHeight() {
    return height;
  }

  /** A width that no resized image falls below, 0 if there is none. */
  int smallestWidth() {
    return width;
  }

  int width(int imageWidth, int imageHeight) {
    return side(imageWidth, imageHeight, width);
  }

  int height(int imageWidth, int imageHeight) {
    return side(imageHeight, imageWidth, height);
  }

  private int side(int side, int otherSide, int size) {
    return switch (mode) {
      case NONE -> side;
      case SQUARE, EXACT -> size;
      case SHORTER_SIDE -> side <= otherSide ? size : longer(side, otherSide, size);
    };
  }

  private int longer(int side, int shorter, int size) {
    long longer = (long) size * side / shorter;
    if (longer > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Expected an image that %s brings to sides of fewer than 2^31 pixels, found sides of %s and %s"
              .formatted(this, shorter, side));
    }
    return (int) longer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Resize that
        && mode == that.mode
        && height == that.height
        && width == that.width;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * mode.ordinal() + height) + width;
  }

  /**
   * Returns the canonical text: {@code none}, {@code square:256}, {@code short:256} or {@code
   * exact:96x320} (height x width).
   */
  @Override
  public String toString() {
    return switch (mode) {
      case NONE -> mode.word;
      case EXACT -> mode.word + ":" + height + "x" + width;
      case SQUARE, SHORTER_SIDE -> mode.word + ":" + height;
    };
  }
}
