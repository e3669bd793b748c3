package io.github.calib8.dataset;

import com.google.common.primitives.Ints;
import io.github.calib8.image.ImageLimits;
import io.github.calib8.work.Internal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/*
 * Big-endian; a text is a 2-byte length and modified UTF-8, as DataOutput.writeUTF has it:
 *
 *   bytes  content
 *   4      number of images; for each:
 *   text   name
 *   4 4 4  class, most pixels, most bytes
 *   1      where it lies, a Kind
 *   rest   FILE: its absolute path (text); RANGE and UNPACKED: the same, offset (8), length (8); BYTES and SOURCE: a
 *          4-byte length and as many bytes, of the encoded image or of a serialized ImageSource
 *
 * Both ends are of one version: nothing keeps it.
 */
/**
 * Images for another process of this version: names, classes, and where they lie.
 *
 * <p>Stateless and safe for use by several threads.
 */
@Internal
public final class ImageList {
  private enum Kind {
    FILE,
    RANGE,
    UNPACKED,
    BYTES,
    SOURCE
  }

  /** Whether an image is too large is found where it is read, as for any other. */
  private static final ImageLimits NONE = ImageLimits.defaults().withFileBytes(Integer.MAX_VALUE);

  private ImageList() {}

  /**
   * Encodes images: files by their paths, which the other process must be able to read.
   *
   * @param images the images
   * @return what {@link #fromBytes} reads
   * @throws DatasetException if the source of one is not {@link Serializable}
   * @throws IOException if one is decoded already and cannot be encoded
   */
  public static byte[] toBytes(List<LabeledImage> images) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(images.size());
      for (LabeledImage image : images) {
        out.writeUTF(image.name());
        out.writeInt(image.label());
        out.writeInt(image.limits().pixels());
        out.writeInt(image.limits().fileBytes());
        write(image, out);
      }
    }
    return bytes.toByteArray();
  }

  private static void write(LabeledImage image, DataOutputStream out) throws IOException {
    StoredImage source = image.source();
    if (source instanceof StoredImage.WholeFile file) {
      out.writeByte(Kind.FILE.ordinal());
      out.writeUTF(file.path().toAbsolutePath().toString());
    } else if (source instanceof StoredImage.FileRange range) {
      write(Kind.RANGE, range.path(), range.offset(), range.length(), out);
    } else if (source instanceof StoredImage.UnpackedRange range) {
      write(Kind.UNPACKED, range.shard(), range.offset(), range.length(), out);
    } else if (source instanceof StoredImage.Streamed streamed) {
      write(Kind.SOURCE, serialized(image.name(), streamed.source()), out);
    } else {
      write(Kind.BYTES, source.bytes(NONE), out);
    }
  }

  private static void write(Kind kind, Path file, long offset, long length, DataOutputStream out)
      throws IOException {
    out.writeByte(kind.ordinal());
    out.writeUTF(file.toAbsolutePath().toString());
    out.writeLong(offset);
    out.writeLong(length);
  }

  private static void write(Kind kind, byte[] bytes, DataOutputStream out) throws IOException {
    out.writeByte(kind.ordinal());
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] serialized(String name, ImageSource source) throws IOException {
    if (!(source instanceof Serializable)) {
      throw new DatasetException(
          "%s: expected an image source that is Serializable, for another machine, found %s"
              .formatted(name, source.getClass().getName()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(source);
    }
    return bytes.toByteArray();
  }

  /**
   * Returns an image whose encoded bytes are in memory.
   *
   * @param name the name, a single line
   * @param label the class, from 0, or {@link ImageBatch#UNLABELED}
   * @param encoded a file's bytes; not copied, and not to be changed
   * @return the image
   */
  public static LabeledImage image(String name, int label, byte[] encoded) {
    return new LabeledImage(name, label, new StoredImage.InMemory(encoded));
  }

  /**
   * Returns an image whose encoded bytes are a stretch of a file.
   *
   * @param name the name, a single line
   * @param label the class, from 0, or {@link ImageBatch#UNLABELED}
   * @param file the file
   * @param offset where the bytes begin
   * @param length how many there are
   * @return the image
   */
  public static LabeledImage image(String name, int label, Path file, long offset, long length) {
    return new LabeledImage(name, label, new StoredImage.FileRange(file, offset, length));
  }

  /**
   * Returns how large an image may be.
   *
   * @param image the image
   * @return what {@link LabeledImage#withLimits} has set
   */
  public static ImageLimits limits(LabeledImage image) {
    return image.limits();
  }

  /**
   * Decodes images.
   *
   * @param bytes what {@link #toBytes} made
   * @return equal images, in order
   */
  public static List<LabeledImage> fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int count = in.readInt();
      List<LabeledImage> images = new ArrayList<>(Ints.constrainToRange(count, 0, bytes.length));
      for (int i = 0; i < count; i++) {
        String name = in.readUTF();
        int label = in.readInt();
        ImageLimits limits = new ImageLimits(in.readInt(), in.readInt());
        images.add(new LabeledImage(name, label, readSource(in)).withLimits(limits));
      }
      return images;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StoredImage readSource(DataInputStream in) throws IOException {
    Kind kind = Kind.values()[in.readByte()];
    return switch (kind) {
      case FILE -> new StoredImage.WholeFile(Path.of(in.readUTF()));
      case RANGE -> new StoredImage.FileRange(Path.of(in.readUTF()), in.readLong(), in.readLong());
      case UNPACKED ->
          new StoredImage.UnpackedRange(Path.of(in.readUTF()), in.readLong(), in.readLong());
      case BYTES -> new StoredImage.InMemory(in.readNBytes(in.readInt()));
      case SOURCE -> new StoredImage.Streamed(deserialized(in.readNBytes(in.readInt())));
    };
  }

  private static ImageSource deserialized(byte[] bytes) throws IOException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (ImageSource) in.readObject();
    } catch (ClassNotFoundException e) {
      throw new DatasetException("Expected an image source of a known class, found " + e, e);
    }
  }
}
