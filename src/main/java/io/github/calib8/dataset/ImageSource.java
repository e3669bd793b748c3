package io.github.calib8.dataset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import javax.imageio.ImageIO;

/**
 * Where the bytes of an encoded image lie.
 *
 * <p>Every call opens its own channel: an interrupted read closes the channel it runs on, and so
 * must not share it with other threads.
 */
sealed interface ImageSource {
  InputStream open() throws IOException;

  /** The decoded image, valid until this thread decodes the next one. */
  default Pixels pixels() throws IOException {
    try (InputStream stream = open()) {
      return ImageDecoder.pixels(stream.readAllBytes());
    }
  }

  /** A file of its own. */
  record WholeFile(Path path) implements ImageSource {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }
  }

  /** A stretch of a larger file, such as an entry of a tar archive. */
  record FileRange(Path path, long offset, long length) implements ImageSource {
    @Override
    public InputStream open() throws IOException {
      if (length > Integer.MAX_VALUE - 8) {
        throw new IOException(
            "Expected an image of less than 2 GiB, found " + length + " bytes in " + path);
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) length);
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        while (bytes.hasRemaining()) {
          if (channel.read(bytes, offset + bytes.position()) < 0) {
            throw new IOException(
                String.format(
                    "Expected %d bytes at offset %d, found the end of %s after %d",
                    length, offset, path, bytes.position()));
          }
        }
      }
      return new ByteArrayInputStream(bytes.array());
    }
  }

  /** Bytes in memory, not copied. */
  final class InMemory implements ImageSource {
    private final byte[] bytes;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }
  }

  /** An image that is decoded already, not copied. */
  final class Decoded implements ImageSource {
    private final BufferedImage image;

    Decoded(BufferedImage image) {
      this.image = image;
    }

    @Override
    public Pixels pixels() {
      return Pixels.of(image);
    }

    /** Encodes the pixels, without loss. */
    @Override
    public InputStream open() throws IOException {
      Pixels pixels = pixels();
      BufferedImage rgb =
          new BufferedImage(pixels.width, pixels.height, BufferedImage.TYPE_INT_RGB);
      pixels.rows(
          (y, row) -> {
            for (int x = 0; x < pixels.width; x++) {
              int color = row[x] << 16 | row[pixels.width + x] << 8 | row[2 * pixels.width + x];
              rgb.setRGB(x, y, color);
            }
          });
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(rgb, "png", png);
      return new ByteArrayInputStream(png.toByteArray());
    }
  }
}
