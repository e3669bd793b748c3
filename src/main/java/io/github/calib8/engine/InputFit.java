package io.github.calib8.engine;

import io.github.calib8.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Whether prepared images are what a model takes. Stateless and thread-safe. */
public final class InputFit {
  private InputFit() {}

  /**
   * Fails if images do not fit a model's input.
   *
   * @param input the model's input
   * @param image the dimensions of one image, such as {@code [C, H, W]}
   * @param preprocessing what makes the images, for the message
   * @throws IllegalArgumentException if the input has another number of dimensions, or fixes
   *     another value for one of them
   */
  public static void require(ValueInfo input, List<Long> image, String preprocessing) {
    List<Long> dims = input.dims();
    if (!fits(dims, image)) {
      throw new IllegalArgumentException(
          "Expected preprocessing to the size of input %s, found %s: %s%s"
              .formatted(
                  input,
                  image.toString().replace(" ", ""),
                  preprocessing,
                  fitsOtherLayout(dims, image)
                      ? "; another layout (withLayout, --layout) has the input's shape"
                      : ""));
    }
  }

  private static boolean fits(List<Long> dims, List<Long> image) {
    boolean fits = dims.size() == 1 + image.size();
    for (int i = 0; fits && i < image.size(); i++) {
      long dim = dims.get(i + 1);
      fits = dim == ValueInfo.SYMBOLIC || dim == image.get(i);
    }
    return fits;
  }

  /** Whether the channels are where the input has them, if moved from one end to the other. */
  private static boolean fitsOtherLayout(List<Long> dims, List<Long> image) {
    List<Long> moved = new ArrayList<>(image);
    for (int i = 1; i < image.size(); i++) {
      Collections.rotate(moved, 1);
      if (fits(dims, moved)) {
        return true;
      }
    }
    return false;
  }
}
