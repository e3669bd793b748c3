package io.github.calib8.onnx;

import java.util.Optional;
import java.util.Set;

/** What a graph tells about the number of dimensions of its tensors without being run. */
final class Ranks {
  private static final Set<String> SAME_AS_FIRST_INPUT =
      Set.of("Relu", "Clip", "Dropout", "Identity", "LeakyRelu", "Sigmoid", "Tanh");

  private Ranks() {}

  /** Whether a tensor is known to have two dimensions. */
  static boolean isMatrix(OnnxModel model, String tensor) {
    Optional<Node> producer = model.producer(tensor);
    if (producer.isEmpty()) {
      return model.inputs().stream()
          .anyMatch(input -> input.name().equals(tensor) && input.dims().size() == 2);
    }
    Node node = producer.orElseThrow();
    if (!node.domain().isEmpty()) {
      return false;
    }
    String first = node.inputs().get(0);
    return switch (node.opType()) {
      case "Gemm", "Flatten" -> true;
      case "Reshape" -> constant(model, node, 1).filter(shape -> shape.elements() == 2).isPresent();
      case "MatMul" -> isMatrix(model, first) && hasRank(model, node, 2, 2);
      case "Add" -> isMatrix(model, first) && hasRank(model, node, 0, 2);
      default -> SAME_AS_FIRST_INPUT.contains(node.opType()) && isMatrix(model, first);
    };
  }

  private static boolean hasRank(OnnxModel model, Node node, int least, int most) {
    return constant(model, node, 1)
        .map(tensor -> tensor.dims().size())
        .filter(rank -> rank >= least && rank <= most)
        .isPresent();
  }

  private static Optional<Tensor> constant(OnnxModel model, Node node, int input) {
    return node.input(input).map(model.initializers()::get);
  }
}
