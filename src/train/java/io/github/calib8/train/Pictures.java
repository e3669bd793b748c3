package io.github.calib8.train;

import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Training images, drawn once and kept in a file, decoded and scaled, a little larger than the
 * network's input so that each step can cut a different part. Immutable and thread-safe.
 */
final class Pictures {
  /** The edge of a stored picture. */
  static final int STORED = 72;

  /** What the networks are given outside training. */
  static final Preprocessing PREPROCESSING =
      Preprocessing.torchvision().toBuilder()
          .withResize(Resize.shorterSide(STORED))
          .withCrop(Recipe.INPUT_SIZE)
          .build();

  /** The same without the last steps: samples of 0 to 255. */
  private static final Preprocessing SCALED =
      PREPROCESSING.toBuilder()
          .withCrop(STORED)
          .withDivisor(1)
          .withMean(0, 0, 0)
          .withStd(1, 1, 1)
          .build();

  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] STD = {0.229f, 0.224f, 0.225f};
  private static final int PLANE = STORED * STORED;

  private static final int RECORD = 1 + 3 * PLANE;
  private static final int CHUNK = 512;

  private final MappedByteBuffer records;

  private Pictures(MappedByteBuffer records) {
    this.records = records;
  }

  /**
   * Opens a file of pictures, which is drawn first if it is missing.
   *
   * @param file the file
   * @param seed of the series
   * @param count how many
   * @return the pictures
   * @throws IOException if the file cannot be read or written
   */
  static Pictures openOrDraw(Path file, long seed, int count) throws IOException {
    if (!Files.exists(file)) {
      draw(file, seed, count);
    }
    return open(file);
  }

  /**
   * Draws pictures into a file: for each its label, one byte, and its samples, [3, {@value
   * #STORED}, {@value #STORED}].
   *
   * @param file the file
   * @param seed of the series
   * @param count how many
   * @throws IOException if the file cannot be written
   */
  private static void draw(Path file, long seed, int count) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(unfinished)) {
      for (int from = 0; from < count; from += CHUNK) {
        List<byte[]> chunk =
            IntStream.range(from, Math.min(from + CHUNK, count))
                .parallel()
                .mapToObj(item -> draw(seed, item))
                .toList();
        for (byte[] picture : chunk) {
          out.write(picture);
        }
      }
    }
    Files.move(unfinished, file);
  }

  private static byte[] draw(long seed, int item) {
    try {
      Dice dice = Dice.of(seed, item);
      Photo photo = Photo.take(dice.below(Category.COUNT), dice);
      float[] samples = new float[3 * PLANE];
      SCALED.apply(ImageIO.read(new ByteArrayInputStream(photo.jpeg())), samples, 0);
      byte[] bytes = new byte[RECORD];
      bytes[0] = (byte) photo.label();
      for (int i = 0; i < samples.length; i++) {
        bytes[1 + i] = (byte) samples[i];
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a file of pictures; several processes can share it.
   *
   * @param file what {@link #draw} wrote
   * @return the pictures
   * @throws IOException if the file cannot be read
   */
  private static Pictures open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return new Pictures(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    }
  }

  /** Returns how many pictures there are. */
  int size() {
    return records.capacity() / RECORD;
  }

  /** Returns the class of a picture. */
  int label(int item) {
    return records.get(item * RECORD);
  }

  /**
   * Cuts a random part, mirrors it or not, and normalizes it.
   *
   * @param item the picture
   * @param size the edge of the part
   * @param dice decides where
   * @param target receives [3, size, size]
   * @param offset where in the target
   */
  void cut(int item, int size, Dice dice, float[] target, int offset) {
    int left = dice.below(STORED - size + 1);
    int top = dice.below(STORED - size + 1);
    cut(item, size, left, top, dice.chance(0.5), target, offset);
  }

  /**
   * Cuts the middle part, as outside training, and normalizes it.
   *
   * @param item the picture
   * @param size the edge of the part
   * @param target receives [3, size, size]
   * @param offset where in the target
   */
  void middle(int item, int size, float[] target, int offset) {
    int from = (STORED - size) / 2;
    cut(item, size, from, from, false, target, offset);
  }

  private void cut(
      int item, int size, int left, int top, boolean mirrored, float[] target, int offset) {
    byte[] source = new byte[3 * PLANE];
    records.get(item * RECORD + 1, source);
    int at = offset;
    for (int c = 0; c < 3; c++) {
      float factor = 1 / (255 * STD[c]);
      float shift = MEAN[c] / STD[c];
      for (int y = 0; y < size; y++) {
        int row = c * PLANE + (top + y) * STORED + left;
        for (int x = 0; x < size; x++) {
          int from = row + (mirrored ? size - 1 - x : x);
          target[at++] = (source[from] & 0xFF) * factor - shift;
        }
      }
    }
  }
}
