package io.github.calib8.onnx;

import java.util.Set;

/**
 * Removes what does nothing in inference: Identity, Dropout outside of training, and Cast of single
 * precision to single precision.
 */
final class InferenceNoOps {
  private InferenceNoOps() {}

  static OnnxModel apply(OnnxModel model) {
    Set<String> floats = FloatTensors.of(model);
    GraphBuilder builder = model.edit();
    for (Node node : model.nodes()) {
      if (node.is("Identity") || isInferenceDropout(model, node) || isFloatCast(node, floats)) {
        remove(builder, node);
      }
    }
    return builder.build();
  }

  private static boolean isInferenceDropout(OnnxModel model, Node node) {
    boolean maskIsRead =
        node.outputs().stream()
            .skip(1)
            .anyMatch(mask -> model.isOutput(mask) || !model.consumers(mask).isEmpty());
    return node.is("Dropout") && !maskIsRead && node.input(2).isEmpty();
  }

  private static boolean isFloatCast(Node node, Set<String> floats) {
    return node.is("Cast")
        && node.intAttribute("to", 0) == DataType.FLOAT.code()
        && floats.contains(node.inputs().get(0));
  }

  private static void remove(GraphBuilder builder, Node stale) {
    // An earlier removal may have renamed what this node reads.
    Node node = builder.producer(stale.output());
    String input = node.inputs().get(0);
    if (!builder.isOutput(node.output())) {
      builder.remove(node).replaceUses(node.output(), input);
    } else if (builder.isMade(input) && !builder.isOutput(input)) {
      // The model's output keeps its name, so here the node's input gives up its own.
      builder.remove(node).rename(input, node.output());
    }
  }
}
