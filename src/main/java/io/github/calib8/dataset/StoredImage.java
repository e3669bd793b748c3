package io.github.calib8.dataset;

import com.google.common.primitives.Ints;
import io.github.calib8.image.ImageLimits;
import io.github.calib8.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import javax.imageio.ImageIO;

/**
 * Where the bytes of an image lie that this package finds by itself, or that its user gives.
 *
 * <p>Every call opens its own channel: an interrupted read closes the channel it runs on, and so
 * must not share it with other threads.
 */
sealed interface StoredImage {
  /** The encoded image, if it is within the limits. */
  byte[] bytes(ImageLimits limits) throws IOException;

  /** How many bytes that is, without reading them where a file tells. */
  default long length(ImageLimits limits) throws IOException {
    return bytes(limits).length;
  }

  /** The decoded image, valid until this thread decodes the next one. */
  default Pixels pixels(ImageLimits limits) throws IOException {
    return Pixels.decode(bytes(limits), limits);
  }

  /** A file of its own. */
  record WholeFile(Path path) implements StoredImage {
    @Override
    public long length(ImageLimits limits) throws IOException {
      return Files.size(path);
    }

    /** Opens regular files only: to open a pipe waits for its writer, and a device has no end. */
    @Override
    public byte[] bytes(ImageLimits limits) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new IOException(
            "Expected an image file, found a %s: %s"
                .formatted(attributes.isDirectory() ? "folder" : "pipe, socket or device", path));
      }
      byte[] bytes = new byte[limits.checkFile(attributes.size())];
      int length = read(path, 0, ByteBuffer.wrap(bytes));
      return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
  }

  /** A stretch of a larger file, such as an entry of a tar archive. */
  record FileRange(Path path, long offset, long length) implements StoredImage {
    @Override
    public long length(ImageLimits limits) {
      return length;
    }

    @Override
    public byte[] bytes(ImageLimits limits) throws IOException {
      byte[] bytes = new byte[limits.checkFile(length)];
      int found = read(path, offset, ByteBuffer.wrap(bytes));
      if (found < length) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "Expected %d bytes at offset %d, found the end of %s after %d",
                length,
                offset,
                path,
                found));
      }
      return bytes;
    }
  }

  /** A stretch of a gzipped shard, as it lies in the unpacked one. */
  record UnpackedRange(Path shard, long offset, long length) implements StoredImage {
    @Override
    public long length(ImageLimits limits) {
      return length;
    }

    @Override
    public byte[] bytes(ImageLimits limits) throws IOException {
      return UnpackedShards.apply(
          shard, unpacked -> new FileRange(unpacked, offset, length).bytes(limits));
    }
  }

  /** Returns how many bytes there were, at most as many as fit. */
  private static int read(Path path, long offset, ByteBuffer bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
      return bytes.position();
    }
  }

  /** What a source of the user's gives, whose length is only known at its end. */
  record Streamed(ImageSource source) implements StoredImage {
    @Override
    public long length(ImageLimits limits) throws IOException {
      OptionalLong known = source.length();
      return known.isPresent() ? known.getAsLong() : bytes(limits).length;
    }

    /** Reads a byte more than the limit at most. */
    @Override
    public byte[] bytes(ImageLimits limits) throws IOException {
      InputStream opened = source.open();
      if (opened == null) {
        throw new IOException("Expected a stream of an image file, found null");
      }
      try (opened) {
        byte[] bytes = opened.readNBytes(Ints.saturatedCast(limits.fileBytes() + 1L));
        if (bytes.length > limits.fileBytes()) {
          throw new IOException(
              "Expected an image file of at most %s bytes, found more"
                  .formatted(limits.fileBytes()));
        }
        return bytes;
      }
    }
  }

  /** Bytes in memory, not copied. */
  final class InMemory implements StoredImage {
    private final byte[] bytes;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public byte[] bytes(ImageLimits limits) throws IOException {
      limits.checkFile(bytes.length);
      return bytes;
    }
  }

  /** An image that is decoded already, not copied. */
  final class Decoded implements StoredImage {
    private final BufferedImage image;

    Decoded(BufferedImage image) {
      this.image = image;
    }

    @Override
    public Pixels pixels(ImageLimits limits) {
      return Pixels.of(image);
    }

    /** Encodes the pixels, without loss. */
    @Override
    public byte[] bytes(ImageLimits limits) throws IOException {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(Pixels.of(image).toImage(), "png", png);
      return png.toByteArray();
    }
  }
}
