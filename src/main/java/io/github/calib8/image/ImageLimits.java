package io.github.calib8.image;

import io.github.calib8.work.Arguments;
import javax.imageio.IIOException;

/**
 * How large an image may be, so that one hostile or damaged file costs an error and not the run: a
 * file of 300 bytes can claim gigabytes of pixels.
 *
 * <p>Both are checked before anything is decoded; an image beyond them cannot be read. Immutable
 * and safe for use by several threads.
 *
 * @param pixels the most pixels, width times height, 1 to 715,827,882: three bytes each fill a Java
 *     array
 * @param fileBytes the most bytes of the encoded image, at least 1
 */
public record ImageLimits(int pixels, int fileBytes) {
  /**
   * {@value}, Pillow's {@code MAX_IMAGE_PIXELS}: 256 MiB of three bytes a pixel, beyond which it
   * warns of decompression bombs. The largest images of ImageNet have about 60 million.
   */
  public static final int DEFAULT_PIXELS = 89_478_485;

  /** 256 MiB: what as many pixels take without compression. */
  public static final int DEFAULT_FILE_BYTES = 1 << 28;

  /** Three bytes each fill a Java array. */
  private static final int MOST_PIXELS = Integer.MAX_VALUE / 3;

  /**
   * How often the most pixels may be gone over, in the scans of a progressive JPEG: libjpeg and
   * others write 10, a hostile file thousands, each of which costs its reader the whole image.
   */
  private static final int SCANS = 16;

  private static final ImageLimits DEFAULTS = new ImageLimits(DEFAULT_PIXELS, DEFAULT_FILE_BYTES);

  /** Checks the arguments. */
  public ImageLimits {
    Arguments.atLeast(1, pixels, "pixels");
    Arguments.atLeast(1, fileBytes, "fileBytes");
    if (pixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "Expected pixels of at most " + MOST_PIXELS + ", found " + pixels);
    }
  }

  /**
   * Returns the defaults, {@link #DEFAULT_PIXELS} and {@link #DEFAULT_FILE_BYTES}.
   *
   * @return the defaults
   */
  public static ImageLimits defaults() {
    return DEFAULTS;
  }

  /**
   * Returns these limits with another number of pixels.
   *
   * @param newPixels the most pixels, 1 to 715,827,882
   * @return the changed limits
   */
  public ImageLimits withPixels(int newPixels) {
    return new ImageLimits(newPixels, fileBytes);
  }

  /**
   * Returns these limits with another size of files.
   *
   * @param newFileBytes the most bytes, at least 1
   * @return the changed limits
   */
  public ImageLimits withFileBytes(int newFileBytes) {
    return new ImageLimits(pixels, newFileBytes);
  }

  /**
   * Returns the size of a file that is small enough.
   *
   * @param bytes the size
   * @return the same
   * @throws IIOException if it is beyond the limit
   */
  public int checkFile(long bytes) throws IIOException {
    if (bytes > fileBytes) {
      throw new ImageTooLargeException(
          "Expected an image file of at most " + fileBytes + " bytes, found " + bytes);
    }
    return (int) bytes;
  }

  /** Fails if the image has too many pixels. */
  void checkPixels(int width, int height) throws IIOException {
    if ((long) width * height > pixels) {
      throw new ImageTooLargeException(
          "Expected an image of at most %s pixels, found %s x %s".formatted(pixels, width, height));
    }
  }

  /** Fails if the scans go over too many pixels, all together. */
  void checkScans(int width, int height, int scans) throws IIOException {
    if ((long) width * height * scans > (long) SCANS * pixels) {
      throw new ImageTooLargeException(
          "Expected a progressive image whose scans go over at most %s pixels, found %s scans of %s x %s"
              .formatted((long) SCANS * pixels, scans, width, height));
    }
  }

  /** An image beyond the limits: no other reader is to try it. */
  static final class ImageTooLargeException extends IIOException {
    private static final long serialVersionUID = 1L;

    ImageTooLargeException(String message) {
      super(message);
    }
  }
}
