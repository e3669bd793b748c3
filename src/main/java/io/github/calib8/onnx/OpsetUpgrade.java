package io.github.calib8.onnx;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Longs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
          "Acos",
          "Acosh",
          "Add",
          "And",
          "ArgMax",
          "ArgMin",
          "Asin",
          "Asinh",
          "Atan",
          "Atanh",
          "AveragePool",
          "Cast",
          "Ceil",
          "Celu",
          "Compress",
          "Concat",
          "Constant",
          "ConstantOfShape",
          "Conv",
          "ConvTranspose",
          "Cos",
          "Cosh",
          "CumSum",
          "DepthToSpace",
          "DequantizeLinear",
          "Det",
          "Div",
          "Einsum",
          "Elu",
          "Equal",
          "Erf",
          "Exp",
          "Expand",
          "EyeLike",
          "Flatten",
          "Floor",
          "Gather",
          "GatherElements",
          "GatherND",
          "Gemm",
          "GlobalAveragePool",
          "GlobalLpPool",
          "GlobalMaxPool",
          "Greater",
          "GreaterOrEqual",
          "GRU",
          "HardSigmoid",
          "Identity",
          "InstanceNormalization",
          "IsInf",
          "IsNaN",
          "LeakyRelu",
          "Less",
          "LessOrEqual",
          "Log",
          "LpNormalization",
          "LpPool",
          "LRN",
          "LSTM",
          "MatMul",
          "Max",
          "MaxPool",
          "Mean",
          "MeanVarianceNormalization",
          "Min",
          "Mod",
          "Mul",
          "Neg",
          "NonZero",
          "Not",
          "OneHot",
          "Or",
          "Pow",
          "PRelu",
          "QuantizeLinear",
          "Range",
          "Reciprocal",
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceProd",
          "ReduceSumSquare",
          "Relu",
          "Reshape",
          "ReverseSequence",
          "RNN",
          "Round",
          "ScatterElements",
          "ScatterND",
          "Selu",
          "Shape",
          "Shrink",
          "Sigmoid",
          "Sign",
          "Sin",
          "Sinh",
          "Size",
          "Softplus",
          "Softsign",
          "SpaceToDepth",
          "Sqrt",
          "Sub",
          "Sum",
          "Tan",
          "Tanh",
          "ThresholdedRelu",
          "Tile",
          "Transpose",
          "Where",
          "Xor");

  private static final Set<String> SUBGRAPHS = ImmutableSet.of("If", "Loop", "Scan");

  /** Before it, Scan ran over the images of a batch. */
  private static final long FIRST_SCAN_WITHOUT_BATCH = 9;

  private OpsetUpgrade() {}

  static OnnxModel apply(OnnxModel model) {
    long version = opset(model);
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

  /** A model that uses no operator of the standard says no version, and needs no other. */
  private static long opset(OnnxModel model) {
    return model.opsets().getOrDefault("", TARGET);
  }

  private static Node upgrade(GraphBuilder builder, OnnxModel model, Node node) {
    return switch (node.opType()) {
      case "Dropout" -> withoutAttributes(node, "ratio", "is_test");
      case "Softmax", "LogSoftmax", "Hardmax" -> softmax(builder, model, node);
      case "BatchNormalization" -> batchNormalization(model, node);
      case "Squeeze", "Unsqueeze", "ReduceSum" -> attributesToInputs(builder, node, "axes");
      case "Split" -> attributesToInputs(builder, node, "split");
      case "Slice" -> attributesToInputs(builder, node, "starts", "ends", "axes");
      case "TopK" -> attributesToInputs(builder, node, "k");
      case "Pad" -> pad(builder, node);
      case "Clip" -> clip(builder, node);
      case "Upsample" -> resize(builder, model, node);
      case "Resize" -> node.inputs().size() == 2 ? resize(builder, model, node) : node;
      case "Scatter" ->
          new Node(
              node.name(), "ScatterElements", "", node.inputs(), node.outputs(), node.attributes());
      case "If", "Loop", "Scan" -> withSubgraphs(model, node);
      default -> throw unknown(model, node.toString());
    };
  }

  private static OnnxException unknown(OnnxModel model, String operator) {
    return new OnnxException(
        "Expected operator set %s or later for %s in model '%s', found %s"
            .formatted(TARGET, operator, model.name(), opset(model)));
  }

  /** What a subgraph computes stays as it is, so it must mean the same. */
  private static Node withSubgraphs(OnnxModel model, Node node) {
    if (node.is("Scan") && opset(model) < FIRST_SCAN_WITHOUT_BATCH) {
      throw unknown(model, node.toString());
    }
    for (String operator : node.subgraphOperators()) {
      if (!UNCHANGED.contains(operator) && !SUBGRAPHS.contains(operator)) {
        throw unknown(model, operator + " in a subgraph of " + node);
      }
    }
    return node;
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
    return Ranks.of(model).isMatrix(tensor)
        || model
            .producer(tensor)
            .filter(node -> node.is("GlobalAveragePool") || node.is("GlobalMaxPool"))
            .isPresent();
  }

  /** Integers that became inputs, in this order; those that are not there stay left out. */
  private static Node attributesToInputs(GraphBuilder builder, Node node, String... names) {
    List<String> inputs = new ArrayList<>(node.inputs().subList(0, 1));
    for (String attribute : names) {
      inputs.add(
          longs(node, attribute)
              .map(values -> constant(builder, node, attribute, values))
              .orElse(""));
    }
    while (inputs.get(inputs.size() - 1).isEmpty()) {
      inputs.remove(inputs.size() - 1);
    }
    return inputs.size() == 1
        ? node
        : with(node, inputs, withoutAttributes(node, names).attributes());
  }

  private static Optional<long[]> longs(Node node, String attribute) {
    return node.attributes().get(attribute) instanceof Attribute.IntValue one
        ? Optional.of(new long[] {one.value()})
        : Optional.of(Longs.toArray(node.intsAttribute(attribute, List.of())))
            .filter(values -> values.length > 0);
  }

  private static String constant(
      GraphBuilder builder, Node node, String attribute, long... values) {
    return builder.initializer(
        Tensor.longs(
            builder.uniqueName(node.output() + "_" + attribute),
            List.of((long) values.length),
            values));
  }

  private static Node pad(GraphBuilder builder, Node node) {
    Node upgraded = attributesToInputs(builder, node, "pads");
    float value = node.floatAttribute("value", 0);
    if (upgraded == node || value == 0) {
      return withoutAttributes(upgraded, "value");
    }
    List<String> inputs = new ArrayList<>(upgraded.inputs());
    inputs.add(
        builder.initializer(
            Tensor.floats(builder.uniqueName(node.output() + "_value"), List.of(), value)));
    return withoutAttributes(upgraded.withInputs(inputs), "value");
  }

  /**
   * Upsample and the first Resize: the pixel to the left and above for each one that is made, to
   * the right and below where there are fewer of them, as ONNX Runtime computes it.
   */
  private static Node resize(GraphBuilder builder, OnnxModel model, Node node) {
    String scales =
        node.input(1)
            .orElseGet(
                () ->
                    builder.initializer(
                        floats(builder.uniqueName(node.output() + "_scales"), node)));
    float[] factors =
        builder
            .constant(scales)
            .orElseThrow(() -> unknown(model, node + ", whose scales are computed,"))
            .toFloats();
    boolean grows = false;
    boolean shrinks = false;
    for (float factor : factors) {
      grows |= factor > 1;
      shrinks |= factor < 1;
    }
    String mode = node.stringAttribute("mode", "nearest");
    if (grows && shrinks && mode.equals("nearest")) {
      throw unknown(model, node + ", which makes more and fewer pixels at once,");
    }
    return new Node(
        node.name(),
        "Resize",
        "",
        List.of(node.inputs().get(0), "", scales),
        node.outputs(),
        ImmutableMap.of(
            "mode",
            Attribute.of(mode),
            "coordinate_transformation_mode",
            Attribute.of("asymmetric"),
            "nearest_mode",
            Attribute.of(shrinks ? "ceil" : "floor")));
  }

  private static Tensor floats(String name, Node upsample) {
    List<Float> scales = upsample.floatsAttribute("scales");
    return Tensor.floats(name, List.of((long) scales.size()), Floats.toArray(scales));
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
