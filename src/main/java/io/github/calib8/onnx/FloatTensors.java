package io.github.calib8.onnx;

import java.util.HashSet;
import java.util.Set;

/**
 * Which tensors of a graph hold single-precision numbers.
 *
 * <p>Exporters compute shapes within the graph, with operators that also compute on activations
 * (Concat, Add, Reshape): such integers have no scale.
 */
public final class FloatTensors {
  private static final Set<String> OTHER_OUTPUT =
      Set.of(
          "Shape",
          "Size",
          "NonZero",
          "ArgMax",
          "ArgMin",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "And",
          "Or",
          "Xor",
          "Not",
          "IsNaN",
          "IsInf",
          "QuantizeLinear");

  private FloatTensors() {}

  /**
   * Follows the types from the inputs and constants on.
   *
   * @param model any model
   * @return the names of the tensors, constants included
   */
  public static Set<String> of(OnnxModel model) {
    Set<String> floats = new HashSet<>();
    model.inputs().stream()
        .filter(input -> input.type() == DataType.FLOAT)
        .forEach(input -> floats.add(input.name()));
    model.initializers().values().stream()
        .filter(constant -> constant.type() == DataType.FLOAT)
        .forEach(constant -> floats.add(constant.name()));
    for (Node node : model.nodes()) {
      if (makesFloats(node, floats)) {
        floats.addAll(node.is("Split") ? node.outputs() : node.outputs().subList(0, 1));
      }
    }
    return floats;
  }

  private static boolean makesFloats(Node node, Set<String> floats) {
    return switch (node.opType()) {
      case "Cast" -> node.intAttribute("to", 0) == DataType.FLOAT.code();
      case "DequantizeLinear" -> true;
      case "Constant" ->
          node.attributes().containsKey("value_float")
              || node.attributes().containsKey("value_floats");
      case "ConstantOfShape" ->
          !(node.attributes().get("value") instanceof Attribute.TensorValue value)
              || value.value().type() == DataType.FLOAT;
      case "Where" -> floats.contains(node.inputs().get(1));
      default ->
          !OTHER_OUTPUT.contains(node.opType())
              && !node.inputs().isEmpty()
              && floats.contains(node.inputs().get(0));
    };
  }
}
