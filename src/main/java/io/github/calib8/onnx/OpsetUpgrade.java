package io.github.calib8.onnx;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lifts a model of operator set 7 to 12 to 13, the first with per-channel DequantizeLinear.
 *
 * <p>Only operators whose meaning is known to be the same, or that are rewritten here, pass; any
 * other is an error, since a silent change of meaning would be worse.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/Changelog.md">Operator changelog</a>
 */
final class OpsetUpgrade {
  private static final long OLDEST = 7;
  private static final long TARGET = GraphBuilder.DEFAULT_OPSET;

  /** Operators of classifiers whose inference means the same from version 7 to 13. */
  private static final Set<String> UNCHANGED =
      ImmutableSet.of(
          "Abs",
          "Add",
          "ArgMax",
          "AveragePool",
          "Cast",
          "Ceil",
          "Concat",
          "Constant",
          "ConstantOfShape",
          "Conv",
          "ConvTranspose",
          "Div",
          "Elu",
          "Equal",
          "Exp",
          "Expand",
          "Flatten",
          "Floor",
          "Gather",
          "Gemm",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "HardSigmoid",
          "Identity",
          "InstanceNormalization",
          "LRN",
          "LeakyRelu",
          "Log",
          "MatMul",
          "Max",
          "MaxPool",
          "Min",
          "Mul",
          "Neg",
          "PRelu",
          "Pow",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "Relu",
          "Reshape",
          "Selu",
          "Shape",
          "Sigmoid",
          "Softplus",
          "Softsign",
          "SpaceToDepth",
          "Sqrt",
          "Sub",
          "Sum",
          "Tanh",
          "Tile",
          "Transpose");

  private OpsetUpgrade() {}

  static OnnxModel apply(OnnxModel model) {
    long version = model.opsets().getOrDefault("", TARGET);
    if (version >= TARGET) {
      return model;
    }
    if (version < OLDEST) {
      throw new OnnxException(
          "Expected operator set %s or later in model '%s', found %s"
              .formatted(OLDEST, model.name(), version));
    }
    GraphBuilder builder = model.edit().opset("", TARGET);
    for (Node node : model.nodes()) {
      if (node.domain().isEmpty() && !UNCHANGED.contains(node.opType())) {
        builder.remove(node);
        builder.node(upgrade(builder, model, node));
      }
    }
    return builder.build();
  }

  private static Node upgrade(GraphBuilder builder, OnnxModel model, Node node) {
    return switch (node.opType()) {
      case "Dropout" -> withoutAttributes(node, "ratio", "is_test");
      case "Softmax", "LogSoftmax" -> softmax(builder, model, node);
      case "BatchNormalization" -> batchNormalization(model, node);
      case "Squeeze", "Unsqueeze" -> longsToInput(builder, node, "axes");
      case "Clip" -> clip(builder, node);
      default ->
          throw new OnnxException(
              "Expected operator set %s or later for %s in model '%s', found %s"
                  .formatted(TARGET, node, model.name(), model.opsets().get("")));
    };
  }

  private static Node withoutAttributes(Node node, String... names) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    attributes.keySet().removeAll(List.of(names));
    return with(node, node.inputs(), attributes);
  }

  /** Statistics for each pixel, which {@code spatial = 0} meant up to version 8, are no more. */
  private static Node batchNormalization(OnnxModel model, Node node) {
    if (node.intAttribute("spatial", 1) != 1) {
      throw new OnnxException(
          "Expected statistics for each channel in model '%s', found spatial = 0 in %s"
              .formatted(model.name(), node));
    }
    return withoutAttributes(node, "spatial");
  }

  /**
   * Before 13 Softmax flattened everything from its axis (1 if not given) on. For [N, classes], and
   * behind global pooling, that is the axis itself; anything else is flattened in so many words.
   */
  private static Node softmax(GraphBuilder builder, OnnxModel model, Node node) {
    String input = node.inputs().get(0);
    long axis = node.intAttribute("axis", 1);
    if (axis == -1 || (axis == 1 && isFlat(model, input))) {
      return with(node, node.inputs(), ImmutableMap.of("axis", Attribute.of(axis)));
    }
    String prefix = node.output();
    String flat =
        builder.node(
            "Flatten",
            List.of(input),
            builder.uniqueName(prefix + "_flat"),
            ImmutableMap.of("axis", Attribute.of(axis)));
    String rows =
        builder.node(
            node.opType(),
            List.of(flat),
            builder.uniqueName(prefix + "_rows"),
            ImmutableMap.of("axis", Attribute.of(1)));
    String shape =
        builder.node(
            "Shape", List.of(input), builder.uniqueName(prefix + "_shape"), ImmutableMap.of());
    return new Node(
        node.name(), "Reshape", "", List.of(rows, shape), node.outputs(), ImmutableMap.of());
  }

  private static boolean isFlat(OnnxModel model, String tensor) {
    return Ranks.isMatrix(model, tensor)
        || model
            .producer(tensor)
            .filter(node -> node.is("GlobalAveragePool") || node.is("GlobalMaxPool"))
            .isPresent();
  }

  private static Node longsToInput(GraphBuilder builder, Node node, String attribute) {
    long[] values =
        node.intsAttribute(attribute, List.of()).stream().mapToLong(Long::longValue).toArray();
    if (values.length == 0) {
      return node;
    }
    String input =
        builder.initializer(
            Tensor.longs(
                builder.uniqueName(node.output() + "_" + attribute),
                List.of((long) values.length),
                values));
    return with(node, List.of(node.inputs().get(0), input), Map.of());
  }

  private static Node clip(GraphBuilder builder, Node node) {
    if (node.attributes().isEmpty()) {
      return node;
    }
    List<String> inputs = new ArrayList<>(List.of(node.inputs().get(0)));
    for (String bound : List.of("min", "max")) {
      float otherwise = bound.equals("min") ? -Float.MAX_VALUE : Float.MAX_VALUE;
      inputs.add(
          builder.initializer(
              Tensor.floats(
                  builder.uniqueName(node.output() + "_" + bound),
                  List.of(),
                  node.floatAttribute(bound, otherwise))));
    }
    return with(node, inputs, Map.of());
  }

  private static Node with(Node node, List<String> inputs, Map<String, Attribute> attributes) {
    return new Node(node.name(), node.opType(), "", inputs, node.outputs(), attributes);
  }
}
