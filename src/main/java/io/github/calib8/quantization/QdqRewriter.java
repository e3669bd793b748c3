package io.github.calib8.quantization;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.scale.QuantizationParameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Executes a plan: writes each planned tensor as QuantizeLinear and DequantizeLinear, and the
 * weights as integers behind DequantizeLinear. Decides nothing.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html">QuantizeLinear</a>
 */
final class QdqRewriter {
  private static final String QUANTIZED = "_quantized";
  private static final String DEQUANTIZED = "_dequantized";
  private static final String SCALE = "_scale";
  private static final String ZERO_POINT = "_zero_point";

  private final OnnxModel model;
  private final QuantizationPlan plan;
  private final GraphBuilder builder;

  /** What reads of a planned tensor become. */
  private final Map<String, String> dequantized = new HashMap<>();

  private QdqRewriter(OnnxModel model, QuantizationPlan plan) {
    this.model = model;
    this.plan = plan;
    this.builder = model.edit();
    model.nodes().forEach(builder::remove);
  }

  static OnnxModel rewrite(OnnxModel model, QuantizationPlan plan) {
    QdqRewriter rewriter = new QdqRewriter(model, plan);
    model.inputs().forEach(input -> rewriter.quantize(input.name(), input.name()));
    model.nodes().forEach(rewriter::rewrite);
    return rewriter.builder.build();
  }

  private void rewrite(Node node) {
    if (plan.droppedRectifiers().contains(node.output())) {
      quantize(node.inputs().get(0), node.output());
      return;
    }
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.replaceAll(tensor -> dequantized.getOrDefault(tensor, tensor));
    if (plan.weighted().contains(node.output())) {
      quantizeWeights(node, inputs);
    }
    builder.node(node.withInputs(inputs));
    node.outputs().forEach(output -> quantize(output, output));
  }

  /** Quantizes what {@code source} holds, under the name of {@code tensor}, if the plan says so. */
  private void quantize(String source, String tensor) {
    QuantizationParameters parameters = plan.activations().get(tensor);
    if (parameters == null) {
      return;
    }
    String scale =
        constant(tensor + SCALE, name -> Tensor.floats(name, List.of(), parameters.scale()));
    String zeroPoint =
        constant(
            tensor + ZERO_POINT,
            name -> Tensor.bytes(name, DataType.UINT8, List.of(), (byte) parameters.zeroPoint()));
    String integers =
        builder.node(
            "QuantizeLinear",
            List.of(source, scale, zeroPoint),
            builder.uniqueName(tensor + QUANTIZED),
            Map.of());
    dequantized.put(
        tensor,
        builder.node(
            "DequantizeLinear",
            List.of(integers, scale, zeroPoint),
            builder.uniqueName(tensor + DEQUANTIZED),
            Map.of()));
  }

  private void quantizeWeights(Node node, List<String> inputs) {
    Tensor weights = model.initializers().get(node.inputs().get(1));
    int axis = Operators.channelAxis(node);
    float[] bias =
        node.input(2).map(b -> model.initializers().get(b).toFloats()).orElse(new float[0]);
    QuantizedWeights quantized =
        QuantizedWeights.of(
            weights,
            axis,
            bias,
            plan.activations().get(node.inputs().get(0)).scale(),
            plan.weightRange());
    inputs.set(
        1,
        dequantized(
            node.output() + "_weights",
            name -> Tensor.bytes(name, DataType.INT8, weights.dims(), quantized.weights()),
            name -> Tensor.floats(name, quantized.channels(), quantized.weightScales()),
            name ->
                Tensor.bytes(
                    name, DataType.INT8, quantized.channels(), new byte[quantized.bias().length]),
            axis));
    if (bias.length > 0) {
      inputs.set(
          2,
          dequantized(
              node.output() + "_bias",
              name -> Tensor.ints(name, quantized.channels(), quantized.bias()),
              name -> Tensor.floats(name, quantized.channels(), quantized.biasScales()),
              name -> Tensor.ints(name, quantized.channels(), new int[quantized.bias().length]),
              0));
    }
  }

  private String dequantized(
      String prefix,
      Function<String, Tensor> values,
      Function<String, Tensor> scales,
      Function<String, Tensor> zeroPoints,
      int axis) {
    return builder.node(
        "DequantizeLinear",
        List.of(
            constant(prefix + QUANTIZED, values),
            constant(prefix + SCALE, scales),
            constant(prefix + ZERO_POINT, zeroPoints)),
        builder.uniqueName(prefix + DEQUANTIZED),
        Map.of("axis", Attribute.of(axis)));
  }

  private String constant(String name, Function<String, Tensor> tensor) {
    return builder.initializer(tensor.apply(builder.uniqueName(name)));
  }
}
