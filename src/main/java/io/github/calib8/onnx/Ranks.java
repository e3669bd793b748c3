package io.github.calib8.onnx;

import java.util.List;
import java.util.Optional;

/** What a graph tells about the number of dimensions of its tensors without being run. */
final class Ranks {
  private Ranks() {}

  /** Whether a tensor is known to have two dimensions. */
  static boolean isMatrix(OnnxModel model, String tensor) {
    Optional<Node> producer = model.producer(tensor);
    if (producer.isEmpty()) {
      return model.inputs().stream()
          .anyMatch(input -> input.name().equals(tensor) && input.dims().size() == 2);
    }
    Node node = producer.orElseThrow();
    OperatorTraits traits = OperatorTraits.of(node);
    List<String> data = traits.dataInputs(node);
    return switch (traits.shape()) {
      case MATRIX -> true;
      case SAME -> isMatrix(model, data.get(0));
      case BROADCAST -> isMatrixAmongConstants(model, data);
      case MATRICES -> isMatrix(model, data.get(0)) && hasRank(model, data.get(1), 2, 2);
      case GIVEN -> constant(model, node.input(1)).filter(s -> s.elements() == 2).isPresent();
      case WINDOWS, OTHER -> false;
    };
  }

  /** One branch only is followed: the way back through a deep graph would fork at every sum. */
  private static boolean isMatrixAmongConstants(OnnxModel model, List<String> data) {
    List<String> computed =
        data.stream().filter(input -> !model.initializers().containsKey(input)).toList();
    return computed.size() == 1
        && data.stream()
            .filter(model.initializers()::containsKey)
            .allMatch(constant -> hasRank(model, constant, 0, 2))
        && isMatrix(model, computed.get(0));
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
