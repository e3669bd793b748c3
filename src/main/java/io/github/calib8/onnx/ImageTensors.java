package io.github.calib8.onnx;

import java.util.HashSet;
import java.util.Set;

/**
 * Which tensors of a graph are known to be [N, C, H, W]: what convolutions of images make and read,
 * and what has as many dimensions as they.
 *
 * <p>Immutable and thread-safe.
 */
final class ImageTensors {
  private static final int IMAGE_RANK = 4;

  private final Set<String> images = new HashSet<>();

  private ImageTensors(OnnxModel model) {
    model.inputs().stream()
        .filter(input -> input.dims().size() == IMAGE_RANK)
        .forEach(input -> images.add(input.name()));
    for (Node node : model.nodes()) {
      if (isConvolution(model, node)
          || (OperatorTraits.of(node).keepsRank()
              && images.contains(node.inputs().get(0))
              && node.reads().stream().allMatch(tensor -> isImageOrSmaller(model, tensor)))) {
        images.addAll(node.outputs());
      }
    }
  }

  static ImageTensors of(OnnxModel model) {
    return new ImageTensors(model);
  }

  /** Whether broadcasting with a tensor adds no dimensions to an image. */
  private boolean isImageOrSmaller(OnnxModel model, String tensor) {
    Tensor constant = model.initializers().get(tensor);
    return constant == null ? images.contains(tensor) : constant.dims().size() <= IMAGE_RANK;
  }

  private static boolean isConvolution(OnnxModel model, Node node) {
    OperatorKind kind = OperatorTraits.of(node).kind();
    return (kind == OperatorKind.CONVOLUTION || kind == OperatorKind.TRANSPOSED_CONVOLUTION)
        && node.input(1)
            .map(model.initializers()::get)
            .filter(weights -> weights.dims().size() == IMAGE_RANK)
            .isPresent();
  }

  boolean contains(String tensor) {
    return images.contains(tensor);
  }
}
