package io.github.calib8.onnx;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a graph tells about the number of dimensions of its tensors without being run. */
final class Ranks {
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
    OperatorTraits traits = OperatorTraits.of(node);
    List<String> data = traits.dataInputs(node);
    return switch (traits.shape()) {
      case MATRIX -> true;
      case SAME -> isMatrix(data.get(0));
      case BROADCAST -> isMatrixAmongConstants(model, data);
      case MATRICES -> isMatrix(data.get(0)) && hasRank(model, data.get(1), 2, 2);
      case GIVEN -> constant(model, node.input(1)).filter(s -> s.elements() == 2).isPresent();
      case WINDOWS, RANK, OTHER -> false;
    };
  }

  private boolean isMatrixAmongConstants(OnnxModel model, List<String> data) {
    List<String> computed =
        data.stream().filter(input -> !model.initializers().containsKey(input)).toList();
    return computed.size() == 1
        && data.stream()
            .filter(model.initializers()::containsKey)
            .allMatch(constant -> hasRank(model, constant, 0, 2))
        && isMatrix(computed.get(0));
  }

  private static boolean hasRank(OnnxModel model, String constant, int least, int most) {
    return constant(model, Optional.of(constant))
        .map(tensor -> tensor.dims().size())
        .filter(rank -> rank >= least && rank <= most)
        .isPresent();
  }

  private static Optional<Tensor> constant(OnnxModel model, Optional<String> tensor) {
    return tensor.map(model.initializers()::get);
  }
}
