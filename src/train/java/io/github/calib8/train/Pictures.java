package io.github.calib8.train;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Training images, drawn once and kept decoded and scaled, a little larger than the network's input
 * so that each step can cut a different part. Immutable after construction, thread-safe.
 */
final class Pictures {
  /** The edge of a stored picture. */
  static final int STORED = 72;

  private static final int PLANE = STORED * STORED;

  private final byte[][] pixels;
  private final int[] labels;

  /**
   * Draws pictures.
   *
   * @param seed of the series
   * @param count how many
   */
  Pictures(long seed, int count) {
    pixels = new byte[count][];
    labels = new int[count];
    IntStream.range(0, count).parallel().forEach(item -> draw(seed, item));
  }

  private void draw(long seed, int item) {
    try {
      Photo photo = Photo.ofTraining(seed, item);
      float[] values = new float[3 * PLANE];
      StandIn.apply(ImageIO.read(new ByteArrayInputStream(photo.jpeg())), STORED, values);
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Math.max(0, Math.min(255, Math.round(values[i])));
      }
      pixels[item] = bytes;
      labels[item] = photo.label();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns how many pictures there are. */
  int size() {
    return labels.length;
  }

  /** Returns the class of a picture. */
  int label(int item) {
    return labels[item];
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
    boolean mirrored = dice.chance(0.5);
    byte[] source = pixels[item];
    int at = offset;
    for (int c = 0; c < 3; c++) {
      float factor = 1 / (255 * StandIn.STD[c]);
      float shift = StandIn.MEAN[c] / StandIn.STD[c];
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
