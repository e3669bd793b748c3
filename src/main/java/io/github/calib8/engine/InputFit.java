package io.github.calib8.engine;

import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Internal;
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
   * @throws IllegalArgumentException if the input has another number of dimensions, or fixes
   *     another value for one of them
   */
  public static void require(ValueInfo input, List<Long> image, String preprocessing) {
    List<Long> dims = input.dims();
    boolean fits = dims.size() == 1 + image.size();
    for (int i = 0; fits && i < image.size(); i++) {
      long dim = dims.get(i + 1);
      fits = dim == ValueInfo.SYMBOLIC || dim == image.get(i);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Expected preprocessing to the size of input %s, found %s: %s"
              .formatted(input, image.toString().replace(" ", ""), preprocessing));
    }
  }
}
