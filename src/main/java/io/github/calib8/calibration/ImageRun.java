package io.github.calib8.calibration;

import com.google.common.hash.Hashing;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Neighbors in a micro-batch that belong to the same half of the calibration images.
 *
 * <p>The half is the last bit of the SHA-256 of the image's name in UTF-8: it depends on nothing
 * but the name, and so neither on the order nor on how the images are cut into batches or parts.
 *
 * @param inSecondHalf whether the bit is set
 * @param from the first image's index
 * @param to the index after the last image's
 * @param images the number of images that the model is run on, padding included
 */
record ImageRun(boolean inSecondHalf, int from, int to, int images) {

  /**
   * The runs of a micro-batch: all of the first half, then all of the second, whose bins take the
   * cache in turns. Padding is in none of them.
   *
   * @param rows the number of images that the model is run on: as many as there are names, or more
   */
  static List<ImageRun> of(List<String> names, int rows) {
    List<ImageRun> runs = new ArrayList<>();
    int from = 0;
    for (int to = 1; to <= names.size(); to++) {
      boolean half = isInSecondHalf(names.get(from));
      if (to == names.size() || isInSecondHalf(names.get(to)) != half) {
        runs.add(new ImageRun(half, from, to, rows));
        from = to;
      }
    }
    runs.sort(Comparator.comparing(ImageRun::inSecondHalf));
    return runs;
  }

  /** All images of a micro-batch, for a tensor whose values cannot be told apart. */
  static List<ImageRun> undivided(List<String> names) {
    return List.of(new ImageRun(false, 0, names.size(), names.size()));
  }

  static boolean isInSecondHalf(String name) {
    byte[] hash = Hashing.sha256().hashString(name, StandardCharsets.UTF_8).asBytes();
    return (hash[hash.length - 1] & 1) == 1;
  }

  /**
   * The values of these images.
   *
   * @param values those of all images of the micro-batch, one image behind the other
   */
  FloatBuffer of(FloatBuffer values) {
    int each = values.remaining() / images;
    return values.slice(values.position() + from * each, (to - from) * each);
  }
}
