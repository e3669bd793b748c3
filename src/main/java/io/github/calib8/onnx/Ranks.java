package io.github.calib8.onnx;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a graph tells about the number of dimensions of its tensors without being run. */
final class Ranks {
  private static final Set<String> SAME_AS_FIRST_INPUT =
      Set.of("Relu", "Clip", "Dropout", "Identity", "LeakyRelu", "Sigmoid", "Tanh");

  private final Set<String> matrices = new HashSet<>();

  private Ranks(OnnxModel model) {
    model.inputs().stream()
        .filter(input -> input.dims().size() == 2)
        .forEach(input -> matrices.add(input.name()));
    for (Node node : model.nodes()) {
      if (makesMatrix(model, node)) {
        matrices.add(node.output());
      }
    }
  }

  /** Finds out in one walk from the inputs: graphs are deeper than Java's stack likes. */
  static Ranks of(OnnxModel model) {
    return new Ranks(model);
  }

  /** Whether a tensor is known to have two dimensions. */
  boolean isMatrix(String tensor) {
    return matrices.contains(tensor);
  }

  private boolean makesMatrix(OnnxModel model, Node node) {
    if (!node.domain().isEmpty()) {
      return false;
    }
    String first = node.input(0).orElse("");
    return switch (node.opType()) {
      case "Gemm", "Flatten" -> true;
      case "Reshape" -> constant(model, node, 1).filter(shape -> shape.elements() == 2).isPresent();
      case "MatMul" -> isMatrix(first) && hasRank(model, node, 2, 2);
      case "Add" -> isMatrix(first) && hasRank(model, node, 0, 2);
      default -> SAME_AS_FIRST_INPUT.contains(node.opType()) && isMatrix(first);
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
