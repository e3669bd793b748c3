package io.github.calib8.onnx;

import io.github.calib8.work.Internal;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Which values of its input a convolution or a matrix product multiplies with its weights, for each
 * place of its output: a window with zeros around the image, or a row of a matrix.
 *
 * <p>Immutable and thread-safe.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Conv.html">Conv</a>
 */
@Internal
public final class InputWindows {
  /** The first two axes are images and channels; of weights, both are channels. */
  private static final int CHANNEL_AXES = 2;

  private final int channels;
  private final int[] sizes;
  private final int[] kernel;
  private final int[] strides;
  private final int[] dilations;
  private final int[] begins;
  private final int[] places;

  private InputWindows(
      int channels,
      int[] sizes,
      int[] kernel,
      int[] strides,
      int[] dilations,
      int[] begins,
      int[] places) {
    this.channels = channels;
    this.sizes = sizes;
    this.kernel = kernel;
    this.strides = strides;
    this.dilations = dilations;
    this.begins = begins;
    this.places = places;
  }

  /**
   * Finds the windows.
   *
   * @param node a convolution, or a plain product with a matrix
   * @param weights the dimensions of its weights: {@code [M, C / group, ...]} or {@code [K, M]}
   * @param input the dimensions of its input: {@code [1, C, ...]} or {@code [..., K]}
   * @return the windows in one image
   * @throws OnnxException if the dimensions do not fit
   */
  public static InputWindows of(Node node, List<Long> weights, List<Long> input) {
    OperatorTraits traits = OperatorTraits.of(node);
    if (traits.kind() == OperatorKind.MATRIX_PRODUCT) {
      long length = weights.get(1 - traits.channelAxis(node));
      require(
          !input.isEmpty() && input.get(input.size() - 1) == length,
          node,
          "rows of " + length,
          input);
      // A row is an image of one pixel with as many channels; rows are side by side.
      int rows = toInt(product(input.subList(0, input.size() - 1)));
      return new InputWindows(
          toInt(length),
          new int[0],
          new int[0],
          new int[0],
          new int[0],
          new int[0],
          new int[] {rows});
    }
    int rank = weights.size() - CHANNEL_AXES;
    long channels = weights.get(1) * node.intAttribute("group", 1);
    require(
        input.size() == weights.size() && input.get(0) == 1 && input.get(1) == channels,
        node,
        "one image of " + channels + " channels and " + rank + " more dimensions",
        input);
    int[] sizes = toInts(input.subList(CHANNEL_AXES, input.size()));
    int[] kernel = toInts(weights.subList(CHANNEL_AXES, weights.size()));
    List<Long> ones = java.util.Collections.nCopies(rank, 1L);
    int[] strides = toInts(node.intsAttribute("strides", ones));
    int[] dilations = toInts(node.intsAttribute("dilations", ones));
    int[] pads = toInts(node.intsAttribute("pads", java.util.Collections.nCopies(2 * rank, 0L)));
    String automatic = node.stringAttribute("auto_pad", "NOTSET");
    int[] begins = new int[rank];
    int[] places = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int extent = (kernel[axis] - 1) * dilations[axis] + 1;
      int padding = pads[axis] + pads[rank + axis];
      begins[axis] = pads[axis];
      if (automatic.startsWith("SAME")) {
        int out = (sizes[axis] + strides[axis] - 1) / strides[axis];
        padding = Math.max(0, (out - 1) * strides[axis] + extent - sizes[axis]);
        begins[axis] = automatic.equals("SAME_LOWER") ? (padding + 1) / 2 : padding / 2;
      } else if (automatic.equals("VALID")) {
        padding = 0;
        begins[axis] = 0;
      }
      places[axis] = (sizes[axis] + padding - extent) / strides[axis] + 1;
      require(places[axis] > 0, node, "an image not smaller than the window", input);
    }
    return new InputWindows(toInt(channels), sizes, kernel, strides, dilations, begins, places);
  }

  /**
   * The places of the output.
   *
   * @return how many windows an image has
   */
  public int count() {
    return product(places);
  }

  /**
   * The values of a window.
   *
   * @return how many: those of all groups of channels
   */
  public int length() {
    return channels * product(kernel);
  }

  /**
   * The values of an image.
   *
   * @return how many
   */
  public int imageLength() {
    return kernel.length == 0 ? channels * count() : channels * product(sizes);
  }

  /**
   * Reads a window.
   *
   * @param image the input's values, row-major from the buffer's position on
   * @param place the window, in row-major order of the output's places
   * @return its values in the order of the weights of an output channel, all groups of channels one
   *     behind the other
   */
  public float[] read(FloatBuffer image, int place) {
    float[] window = new float[length()];
    int from = image.position();
    if (kernel.length == 0) {
      image.get(from + place * channels, window);
      return window;
    }
    int[] corner = new int[kernel.length];
    int rest = place;
    for (int axis = kernel.length - 1; axis >= 0; axis--) {
      corner[axis] = rest % places[axis] * strides[axis] - begins[axis];
      rest /= places[axis];
    }
    int[] offsets = offsets(corner);
    int size = product(sizes);
    for (int c = 0; c < channels; c++) {
      for (int k = 0; k < offsets.length; k++) {
        if (offsets[k] >= 0) {
          window[c * offsets.length + k] = image.get(from + c * size + offsets[k]);
        }
      }
    }
    return window;
  }

  /** Where in a channel each value of the window is; negative outside the image. */
  private int[] offsets(int[] corner) {
    int[] offsets = new int[product(kernel)];
    for (int k = 0; k < offsets.length; k++) {
      int rest = k;
      int offset = 0;
      int stride = 1;
      boolean inside = true;
      for (int axis = kernel.length - 1; axis >= 0; axis--) {
        int at = corner[axis] + rest % kernel[axis] * dilations[axis];
        inside &= at >= 0 && at < sizes[axis];
        offset += at * stride;
        stride *= sizes[axis];
        rest /= kernel[axis];
      }
      offsets[k] = inside ? offset : -1;
    }
    return offsets;
  }

  private static void require(boolean fits, Node node, String expected, List<Long> found) {
    if (!fits) {
      throw new OnnxException("Expected %s for %s, found %s".formatted(expected, node, found));
    }
  }

  private static int[] toInts(List<Long> values) {
    return values.stream().mapToInt(InputWindows::toInt).toArray();
  }

  private static int toInt(long value) {
    return Math.toIntExact(value);
  }

  private static int product(int[] values) {
    int product = 1;
    for (int value : values) {
      product = Math.multiplyExact(product, value);
    }
    return product;
  }

  private static long product(List<Long> values) {
    return values.stream().reduce(1L, Math::multiplyExact);
  }
}
