package io.github.calib8.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Computes what depends on constants alone, and keeps the result as a constant: weights behind
 * Cast, Transpose, Reshape or arithmetic, and the sizes that exporters compute within the graph.
 *
 * <p>The constant takes the name of the tensor that it replaces. What {@link ConstantOperators}
 * does not compute stays.
 */
final class ConstantFolding {
  private ConstantFolding() {}

  static OnnxModel apply(OnnxModel model) {
    GraphBuilder builder = model.edit();
    for (Node node : model.nodes()) {
      compute(builder, model, node)
          .ifPresent(
              constant -> {
                builder.remove(node);
                builder.initializer(constant);
              });
    }
    OnnxModel folded = builder.build();
    // Weights that were computed show only now whether they fit.
    WindowCheck.check(folded);
    return folded;
  }

  private static Optional<Tensor> compute(GraphBuilder builder, OnnxModel model, Node node) {
    if (node.inputs().isEmpty()
        || model.isOutput(node.output())
        || node.outputs().stream().skip(1).anyMatch(builder::isRead)) {
      return Optional.empty();
    }
    List<@Nullable Tensor> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      Optional<Tensor> constant = builder.constant(input);
      if (constant.isEmpty() && !input.isEmpty()) {
        return Optional.empty();
      }
      inputs.add(constant.orElse(null));
    }
    return ConstantOperators.compute(node, inputs);
  }
}
