package io.github.calib8.onnx;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Refuses convolutions, pooling and products whose constants and attributes do not fit each other:
 * a stride for each edge of the window, two paddings, weights for each group.
 */
final class WindowCheck {
  /** The first two axes of weights are channels, those of activations images and channels. */
  private static final int CHANNEL_AXES = 2;

  private final Node node;

  private WindowCheck(Node node) {
    this.node = node;
  }

  /** Checks all nodes of a model. */
  static void check(OnnxModel model) {
    model.nodes().forEach(node -> check(node, model.initializers()));
  }

  /**
   * Checks a node.
   *
   * @param node a node whose attributes have the types of its schema
   * @param constants the model's constants
   * @throws OnnxException if its parts do not fit
   */
  private static void check(Node node, Map<String, Tensor> constants) {
    WindowCheck check = new WindowCheck(node);
    Optional<Tensor> weights = node.input(1).map(constants::get);
    if (node.is("Conv") || node.is("ConvTranspose")) {
      check.convolution(weights, node.input(2).map(constants::get));
    } else if (node.is("Gemm")) {
      weights.ifPresent(w -> check.require(w.dims().size() == 2, "weights of 2 dimensions", w));
    } else if (node.is("LRN")) {
      check.require(node.intAttribute("size", 1) > 0, "a size of 1 or more", node.attributes());
    } else if (node.intsAttribute("kernel_shape").isPresent()) {
      check.window(node.intsAttribute("kernel_shape").orElseThrow());
    }
  }

  private void convolution(Optional<Tensor> weights, Optional<Tensor> bias) {
    weights.ifPresent(
        w -> {
          List<Long> dims = w.dims();
          require(dims.size() > CHANNEL_AXES, "weights of 3 or more dimensions", w);
          require(w.elements() > 0, "weights", w);
          long group = node.intAttribute("group", 1);
          require(
              group > 0 && dims.get(0) % group == 0,
              "weights of channels in whole groups",
              w + ", group " + group);
          long channels = node.is("Conv") ? dims.get(0) : dims.get(1) * group;
          bias.ifPresent(
              b -> require(b.dims().equals(List.of(channels)), "a bias of " + channels, b));
          List<Long> kernel = dims.subList(CHANNEL_AXES, dims.size());
          List<Long> said = node.intsAttribute("kernel_shape").orElse(kernel);
          require(said.equals(kernel), "a window of the weights' " + kernel, said);
          window(kernel);
        });
  }

  private void window(List<Long> kernel) {
    require(!kernel.isEmpty() && areAtLeast(1, kernel), "edges of 1 or more", kernel);
    for (String attribute : List.of("strides", "dilations")) {
      node.intsAttribute(attribute)
          .ifPresent(
              values ->
                  require(
                      values.size() == kernel.size() && areAtLeast(1, values),
                      kernel.size() + " " + attribute + " of 1 or more",
                      values));
    }
    node.intsAttribute("pads")
        .ifPresent(
            pads ->
                require(
                    pads.size() == 2 * kernel.size() && areAtLeast(0, pads),
                    2 * kernel.size() + " pads of 0 or more",
                    pads));
  }

  private static boolean areAtLeast(long least, List<Long> values) {
    return values.stream().allMatch(value -> value >= least);
  }

  private void require(boolean fits, String expected, Object found) {
    if (!fits) {
      throw new OnnxException("Expected %s for %s, found %s".formatted(expected, node, found));
    }
  }
}
