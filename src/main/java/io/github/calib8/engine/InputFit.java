package io.github.calib8.engine;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Internal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Whether prepared images are what a model takes. Stateless and thread-safe. */
@Internal
public final class InputFit {
  private InputFit() {}

  /**
   * Fails if images do not fit a model's input.
   *
   * @param input the model's input
   * @param image the dimensions of one image, such as {@code [C, H, W]}
   * @param preprocessing what makes the images, for the message
   * @param keepsSamples whether the images' values are whole numbers of 0 to 255
   * @throws IllegalArgumentException if the input has another number of dimensions, or fixes
   *     another value for one of them; or is of uint8, and the values are others
   */
  public static void require(
      ValueInfo input, List<Long> image, String preprocessing, boolean keepsSamples) {
    if (!fits(input, image)) {
      throw new IllegalArgumentException(
          "Expected preprocessing to the size of input %s, found %s: %s%s"
              .formatted(
                  input,
                  image.toString().replace(" ", ""),
                  preprocessing,
                  fitsOtherLayout(input, image)
                      ? "; another layout (withLayout, --layout) has the input's shape"
                      : ""));
    }
    if (input.type() == DataType.UINT8 && !keepsSamples) {
      throw new IllegalArgumentException(
          "Expected preprocessing that keeps samples of 0 to 255 (divisor 1, mean 0, std 1) for input %s of uint8, found %s"
              .formatted(input, preprocessing));
    }
  }

  /**
   * Whether images have the dimensions of a model's input, as far as it fixes them.
   *
   * @param input the model's input
   * @param image the dimensions of one image, such as {@code [C, H, W]}
   * @return true if so
   */
  public static boolean fits(ValueInfo input, List<Long> image) {
    List<Long> dims = input.dims();
    boolean fits = dims.size() == 1 + image.size();
    for (int i = 0; fits && i < image.size(); i++) {
      long dim = dims.get(i + 1);
      fits = dim == ValueInfo.SYMBOLIC || dim == image.get(i);
    }
    return fits;
  }

  /** Whether the channels are where the input has them, if moved from one end to the other. */
  private static boolean fitsOtherLayout(ValueInfo input, List<Long> image) {
    List<Long> moved = new ArrayList<>(image);
    for (int i = 1; i < image.size(); i++) {
      Collections.rotate(moved, 1);
      if (fits(input, moved)) {
        return true;
      }
    }
    return false;
  }
}
