package io.github.calib8.quantization;

import com.google.common.collect.Maps;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationParameters;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Executes a plan: writes QuantizeLinear and DequantizeLinear behind each planned tensor, and the
 * weights in the planned form. Whatever reads a planned tensor reads it dequantized. Decides
 * nothing.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html">QuantizeLinear</a>
 */
final class QdqRewriter {
  private static final String QUANTIZED = "_quantized";
  private static final String DEQUANTIZED = "_dequantized";
  private static final String SCALE = "_scale";
  private static final String ZERO_POINT = "_zero_point";
  private static final String WEIGHTS = "_weights";
  private static final String BIAS = "_bias";
  private static final String ROUNDED = "_rounded";

  private final OnnxModel model;
  private final QuantizationPlan plan;
  private final Placement placement;
  private final GraphBuilder builder;

  /** What the nodes make that run in integers. */
  private final Set<String> integers = new HashSet<>();

  /** What reads of a planned tensor become. */
  private final Map<String, String> dequantized = new HashMap<>();

  private QdqRewriter(QuantizationPlan plan) {
    this.model = plan.prepared();
    this.plan = plan;
    this.placement = plan.placement();
    this.builder = model.edit();
    Map<String, PlannedNode> rows = Maps.uniqueIndex(placement.nodes(), PlannedNode::output);
    for (Node node : model.nodes()) {
      builder.remove(node);
      if (Objects.requireNonNull(rows.get(node.output())).isInt8()) {
        integers.addAll(node.outputs());
      }
    }
  }

  static OnnxModel rewrite(QuantizationPlan plan) {
    OnnxModel model = plan.prepared();
    QdqRewriter rewriter = new QdqRewriter(plan);
    model.inputs().forEach(input -> rewriter.quantize(input.name(), input.name()));
    model.nodes().forEach(rewriter::rewrite);
    return rewriter.builder.build();
  }

  private void rewrite(Node node) {
    if (placement.droppedRectifiers().contains(node.output())) {
      quantize(node.inputs().get(0), node.output());
      return;
    }
    Node reader = node.withReads(tensor -> read(tensor, node));
    List<String> inputs = new ArrayList<>(reader.inputs());
    if (placement.weighted().contains(node.output())) {
      quantizeWeights(node, inputs);
    }
    builder.node(reader.withInputs(inputs));
    node.outputs().forEach(output -> quantize(output, output));
  }

  /** What is made in floating point and read there needs no rounding on the way. */
  private String read(String tensor, Node reader) {
    boolean isFloatThroughout = !integers.contains(tensor) && !integers.contains(reader.output());
    return isFloatThroughout ? tensor : dequantized.getOrDefault(tensor, tensor);
  }

  /** Quantizes what {@code source} holds, under the name of {@code tensor}, if the plan says so. */
  private void quantize(String source, String tensor) {
    QuantizationParameters parameters = placement.activations().get(tensor);
    if (parameters == null) {
      return;
    }
    String scale =
        constant(tensor + SCALE, name -> Tensor.floats(name, List.of(), parameters.scale()));
    DataType type = parameters.type() == IntegerType.INT8 ? DataType.INT8 : DataType.UINT8;
    String zeroPoint =
        constant(
            tensor + ZERO_POINT,
            name -> Tensor.bytes(name, type, List.of(), (byte) parameters.zeroPoint()));
    dequantized.put(tensor, rounded(source, tensor, scale, zeroPoint, Map.of()));
  }

  /** What the planner took for a node's weights or bias. */
  private Tensor initializer(String name) {
    return Objects.requireNonNull(model.initializers().get(name), name);
  }

  private void quantizeWeights(Node node, List<String> inputs) {
    int axis = Operators.channelAxis(node);
    Optional<RoundedLayer> rounded =
        plan.rounded(node).filter(layer -> layer.isOf(plan.scales(node).weightScales()));
    QuantizedWeights quantized =
        rounded
            .map(layer -> plan.scales(node).with(layer, plan.bias(node)))
            .orElseGet(() -> plan.nearest(node));
    if (rounded.isPresent() && plan.target().weightForm() == WeightForm.ROUNDED_ON_LOAD) {
      writeMultiples(node, quantized, rounded.orElseThrow(), inputs);
    }
    switch (plan.target().weightForm()) {
      case INTEGERS -> writeIntegers(node, axis, quantized, inputs);
      case ROUNDED_ON_LOAD -> writeRounding(node, axis, quantized, inputs);
    }
  }

  private void writeIntegers(Node node, int axis, QuantizedWeights quantized, List<String> inputs) {
    List<Long> dims = initializer(inputs.get(1)).dims();
    String prefix = node.output() + WEIGHTS;
    inputs.set(
        1,
        dequantized(
            constant(
                prefix + QUANTIZED,
                name ->
                    Tensor.bytes(name, DataType.INT8, dims, ByteBuffer.wrap(quantized.weights()))),
            prefix,
            weightScales(prefix, quantized),
            weightZeroPoints(prefix, quantized),
            axis(axis)));
    if (node.input(2).isPresent()) {
      inputs.set(2, integerBias(node.output() + BIAS, quantized));
    }
  }

  private String integerBias(String prefix, QuantizedWeights quantized) {
    List<Long> channels = quantized.channels();
    return dequantized(
        constant(prefix + QUANTIZED, name -> Tensor.ints(name, channels, quantized.bias())),
        prefix,
        constant(prefix + SCALE, name -> Tensor.floats(name, channels, quantized.biasScales())),
        constant(
            prefix + ZERO_POINT,
            name -> Tensor.ints(name, channels, new int[quantized.bias().length])),
        axis(0));
  }

  private void writeRounding(Node node, int axis, QuantizedWeights quantized, List<String> inputs) {
    String prefix = node.output() + WEIGHTS;
    inputs.set(
        1,
        rounded(
            inputs.get(1),
            prefix,
            weightScales(prefix, quantized),
            weightZeroPoints(prefix, quantized),
            axis(axis)));
  }

  /** Weights and bias in floating point that whoever loads them rounds to the given integers. */
  private void writeMultiples(
      Node node, QuantizedWeights quantized, RoundedLayer rounded, List<String> inputs) {
    List<Long> dims = initializer(inputs.get(1)).dims();
    inputs.set(
        1,
        constant(
            node.output() + WEIGHTS + ROUNDED,
            name -> Tensor.floats(name, dims, quantized.multiples())));
    if (node.input(2).isPresent()) {
      float[] bias = plan.bias(node).clone();
      for (int c = 0; c < bias.length; c++) {
        bias[c] += rounded.shift(c);
      }
      inputs.set(
          2,
          constant(
              node.output() + BIAS + ROUNDED,
              name -> Tensor.floats(name, quantized.channels(), bias)));
    }
  }

  private String weightScales(String prefix, QuantizedWeights quantized) {
    return constant(
        prefix + SCALE,
        name -> Tensor.floats(name, quantized.channels(), quantized.weightScales()));
  }

  private String weightZeroPoints(String prefix, QuantizedWeights quantized) {
    return constant(
        prefix + ZERO_POINT,
        name ->
            Tensor.bytes(
                name, DataType.INT8, quantized.channels(), new byte[quantized.bias().length]));
  }

  /** A tensor in floating point, rounded to what integers can stand for. */
  private String rounded(
      String source,
      String prefix,
      String scale,
      String zeroPoint,
      Map<String, Attribute> attributes) {
    String integers =
        builder.node(
            "QuantizeLinear",
            List.of(source, scale, zeroPoint),
            builder.uniqueName(prefix + QUANTIZED),
            attributes);
    return dequantized(integers, prefix, scale, zeroPoint, attributes);
  }

  private String dequantized(
      String integers,
      String prefix,
      String scale,
      String zeroPoint,
      Map<String, Attribute> attributes) {
    return builder.node(
        "DequantizeLinear",
        List.of(integers, scale, zeroPoint),
        builder.uniqueName(prefix + DEQUANTIZED),
        attributes);
  }

  private static Map<String, Attribute> axis(int axis) {
    return Map.of("axis", Attribute.of(axis));
  }

  private String constant(String name, Function<String, Tensor> tensor) {
    return builder.initializer(tensor.apply(builder.uniqueName(name)));
  }
}
