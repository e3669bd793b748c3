package io.github.calib8.dataset;

import io.github.calib8.image.ImageLimits;
import io.github.calib8.image.Pixels;
import io.github.calib8.work.Arguments;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/**
 * An image together with its class, if it has one.
 *
 * <p>Immutable and safe for use by several threads; the bytes stay where they are until {@link
 * #open()}.
 */
public final class LabeledImage {
  private final String name;
  private final int label;
  private final StoredImage source;
  private final ImageLimits limits;

  /** Takes {@link ImageBatch#UNLABELED} as well. */
  LabeledImage(String name, int label, StoredImage source) {
    this(name, label, source, ImageLimits.defaults());
  }

  private LabeledImage(String name, int label, StoredImage source, ImageLimits limits) {
    this.name = Objects.requireNonNull(name, "name");
    this.label = label;
    this.source = source;
    this.limits = Objects.requireNonNull(limits, "limits");
    if (name.isEmpty() || name.chars().anyMatch(c -> c == '\n' || c == '\r')) {
      throw new IllegalArgumentException(
          "Expected an image name of one line, found '" + name + "'");
    }
  }

  /**
   * Returns the image in a file, named after it.
   *
   * @param file an image in any format that ImageIO reads; it need not exist yet
   * @param label the class, from 0
   * @return the image
   */
  public static LabeledImage of(Path file, int label) {
    return new LabeledImage(
        Objects.requireNonNull(file.getFileName(), "file name").toString(),
        Arguments.atLeast(0, label, "label"),
        new StoredImage.WholeFile(file));
  }

  /**
   * Returns an image whose encoded bytes are in memory.
   *
   * @param name the name, a single line
   * @param label the class, from 0
   * @param encoded a file's bytes, in any format that ImageIO reads; copied
   * @return the image
   */
  public static LabeledImage of(String name, int label, byte[] encoded) {
    return new LabeledImage(
        name, Arguments.atLeast(0, label, "label"), new StoredImage.InMemory(encoded.clone()));
  }

  /**
   * Returns an image of a source of the caller's own.
   *
   * @param name the name, a single line: what tables, checkpoints and errors know the image by
   * @param label the class, from 0
   * @param source gives the image's bytes, as often as they are needed
   * @return the image
   */
  public static LabeledImage of(String name, int label, ImageSource source) {
    return new LabeledImage(
        name, Arguments.atLeast(0, label, "label"), new StoredImage.Streamed(source));
  }

  /**
   * Returns an image of a source of the caller's own, which only calibrates.
   *
   * @param name the name, a single line: what tables, checkpoints and errors know the image by
   * @param source gives the image's bytes, as often as they are needed
   * @return the image, of class {@link ImageBatch#UNLABELED}
   */
  public static LabeledImage unlabeled(String name, ImageSource source) {
    return new LabeledImage(name, ImageBatch.UNLABELED, new StoredImage.Streamed(source));
  }

  /**
   * Returns an image that is decoded already.
   *
   * @param name the name, a single line
   * @param label the class, from 0
   * @param image the image, of any type; not copied, and not to be changed
   * @return the image
   */
  public static LabeledImage of(String name, int label, BufferedImage image) {
    return new LabeledImage(
        name, Arguments.atLeast(0, label, "label"), new StoredImage.Decoded(image));
  }

  /**
   * Returns an image that is decoded already, named after its content: {@code sha256:} and the
   * SHA-256 of width and height, big-endian, and of the rows' 8-bit values, red before green before
   * blue.
   *
   * @param label the class, from 0
   * @param image the image, of any type; not copied, and not to be changed
   * @return the image
   */
  public static LabeledImage of(int label, BufferedImage image) {
    return of(ContentNames.of(Pixels.of(image)), label, image);
  }

  /**
   * Returns the same image with other limits.
   *
   * @param newLimits how large it may be; {@link ImageLimits#defaults()} unless set
   * @return the image; equal to this one
   */
  public LabeledImage withLimits(ImageLimits newLimits) {
    return new LabeledImage(name, label, source, newLimits);
  }

  /**
   * Returns the name: the file name, or the path below the data set's root where file names alone
   * are ambiguous.
   *
   * @return the name, unique in a data set
   */
  public String name() {
    return name;
  }

  /**
   * Returns the class.
   *
   * @return the class, from 0, or {@link ImageBatch#UNLABELED}
   */
  public int label() {
    return label;
  }

  /**
   * Opens the encoded image, from its start; any number of streams may be open at once.
   *
   * @return a new stream, for the caller to close
   * @throws IOException if the file is missing, cannot be read, is beyond the limits, or is no
   *     regular file but a folder, pipe or device
   */
  public InputStream open() throws IOException {
    return new ByteArrayInputStream(source.bytes(limits));
  }

  StoredImage source() {
    return source;
  }

  ImageLimits limits() {
    return limits;
  }

  /** The encoded image. */
  byte[] encoded() throws IOException {
    return source.bytes(limits);
  }

  /** How many bytes that is, without reading them where a file tells. */
  long encodedLength() throws IOException {
    return source.length(limits);
  }

  /** The decoded image, valid until this thread decodes the next one. */
  Pixels pixels() throws IOException {
    return source.pixels(limits);
  }

  /**
   * Makes a small picture of the image, for people.
   *
   * @param side the most pixels that its longer side may have, at least 1; smaller images keep
   *     their size
   * @return a JPEG file's bytes
   * @throws IOException if the image cannot be read
   */
  public byte[] thumbnail(int side) throws IOException {
    Arguments.atLeast(1, side, "pixels");
    return pixels().thumbnail(side);
  }

  /** Equal are images of the same name and class from the same place. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LabeledImage that
        && name.equals(that.name)
        && label == that.label
        && source.equals(that.source);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, label, source);
  }

  @Override
  public String toString() {
    return name + " (class " + label + ")";
  }
}
