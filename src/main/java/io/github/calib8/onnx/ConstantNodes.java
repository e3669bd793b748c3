package io.github.calib8.onnx;

import java.util.List;

/**
 * Turns Constant nodes into initializers, which is where every other rewrite looks for constants.
 */
final class ConstantNodes {
  private ConstantNodes() {}

  static OnnxModel apply(OnnxModel model) {
    GraphBuilder builder = model.edit();
    for (Node node : model.nodes()) {
      if (node.is("Constant") && !model.isOutput(node.output())) {
        ConstantOperators.compute(node, List.of())
            .ifPresent(
                constant -> {
                  builder.remove(node);
                  builder.initializer(constant);
                });
      }
    }
    return builder.build();
  }
}
