package io.github.calib8.rounding;

import io.github.calib8.onnx.InputWindows;
import io.github.calib8.quantization.WeightedLayer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Which windows of which images a layer is rounded by. Depends on nothing but the layer and the
 * numbers of images.
 *
 * @param fitted the images that round
 * @param heldBack the images behind them, which decide what is kept
 */
record Sampling(int fitted, int heldBack) {
  /** Values of all windows that round a layer: 8 MB. */
  private static final int MOST_VALUES = 1 << 21;

  private static final int MOST_WINDOWS = 2048;

  /** However long they are: of a layer in groups fewer, since each group has inputs of its own. */
  private static final int FEWEST_WINDOWS = 64;

  private static final int ENOUGH_WINDOWS = 512;

  /** Windows for each input of a group, up to what is enough. */
  private static final int WINDOWS_PER_INPUT = 4;

  /** Windows that round for one that decides. */
  private static final int ROUNDING_PER_DECIDING = 4;

  /** Noise is what two images differ by. */
  private static final int FEWEST_DECIDING = 2;

  /** Images that show whether the model is nearer: models differ by less than layers do. */
  private static final int MOST_COMPARED = 64;

  /** The golden ratio: its multiples fall between those before them, image after image. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /**
   * Divides images: two that round for one that decides.
   *
   * @param rounding how many are to round
   * @param available how many there are
   */
  static Sampling of(int rounding, int available) {
    int images = Math.min(rounding + (rounding + 1) / 2, available);
    int heldBack = Math.max(FEWEST_DECIDING, images / 3);
    return new Sampling(images - heldBack, heldBack);
  }

  int images() {
    return fitted + heldBack;
  }

  /** The image behind the last one that the model itself is compared on. */
  int compared(int available) {
    return Math.max(images(), Math.min(available, fitted + MOST_COMPARED));
  }

  /** The bytes that all windows of a layer take at most. */
  long bytes(WeightedLayer layer) {
    return (long) Float.BYTES * layer.windowLength() * (windows(layer) + deciding(layer));
  }

  /** How many windows round a layer at most. */
  int windows(WeightedLayer layer) {
    int inputs = layer.windowLength() / layer.groups();
    int fewest = Math.max(FEWEST_WINDOWS, Math.min(ENOUGH_WINDOWS, WINDOWS_PER_INPUT * inputs));
    return Math.max(fewest, Math.min(MOST_WINDOWS, MOST_VALUES / layer.windowLength()));
  }

  private int deciding(WeightedLayer layer) {
    return Math.max(FEWEST_WINDOWS, windows(layer) / ROUNDING_PER_DECIDING);
  }

  /** Reads the windows of an image: all, or as many at equal distances. */
  List<float[]> read(WeightedLayer layer, InputWindows windows, int image, FloatBuffer values) {
    int wanted =
        image < fitted ? (windows(layer) - 1) / fitted + 1 : (deciding(layer) - 1) / heldBack + 1;
    int count = Math.min(wanted, windows.count());
    List<float[]> read = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double at = i + GOLDEN * image % 1;
      int place = count == windows.count() ? i : (int) (at * windows.count() / count);
      read.add(windows.read(values, place));
    }
    return read;
  }
}
