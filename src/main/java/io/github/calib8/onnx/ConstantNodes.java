package io.github.calib8.onnx;

/**
 * Turns Constant nodes into initializers, which is where every other rewrite looks for constants.
 */
final class ConstantNodes {
  private ConstantNodes() {}

  static OnnxModel apply(OnnxModel model) {
    GraphBuilder builder = model.edit();
    for (Node node : model.nodes()) {
      if (node.is("Constant")
          && node.attributes().get("value") instanceof Attribute.TensorValue constant
          && !model.isOutput(node.output())) {
        builder.remove(node);
        builder.initializer(constant.value().withName(node.output()));
      }
    }
    return builder.build();
  }
}
