package io.github.calib8.quantization;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.scale.QuantizationParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    if (plan.droppedRelus().contains(node.output())) {
      quantize(node.inputs().get(0), node.output());
      return;
    }
    List<String> inputs = new ArrayList<>(node.inputs());
    inputs.replaceAll(t -> plan.activations().containsKey(t) ? t + DEQUANTIZED : t);
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
        builder.initializer(Tensor.floats(tensor + SCALE, List.of(), parameters.scale()));
    String zeroPoint =
        builder.initializer(
            Tensor.bytes(
                tensor + ZERO_POINT, DataType.UINT8, List.of(), (byte) parameters.zeroPoint()));
    builder.node("QuantizeLinear", List.of(source, scale, zeroPoint), tensor + QUANTIZED, Map.of());
    builder.node(
        "DequantizeLinear",
        List.of(tensor + QUANTIZED, scale, zeroPoint),
        tensor + DEQUANTIZED,
        Map.of());
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
    String prefix = builder.uniqueName(node.output() + "_weights");
    inputs.set(
        1,
        dequantized(
            Tensor.bytes(prefix + QUANTIZED, DataType.INT8, weights.dims(), quantized.weights()),
            Tensor.floats(prefix + SCALE, quantized.channels(), quantized.weightScales()),
            Tensor.bytes(
                prefix + ZERO_POINT,
                DataType.INT8,
                quantized.channels(),
                new byte[quantized.bias().length]),
            axis));
    if (bias.length > 0) {
      String biasPrefix = builder.uniqueName(node.output() + "_bias");
      inputs.set(
          2,
          dequantized(
              Tensor.ints(biasPrefix + QUANTIZED, quantized.channels(), quantized.bias()),
              Tensor.floats(biasPrefix + SCALE, quantized.channels(), quantized.biasScales()),
              Tensor.ints(
                  biasPrefix + ZERO_POINT, quantized.channels(), new int[quantized.bias().length]),
              0));
    }
  }

  private String dequantized(Tensor values, Tensor scales, Tensor zeroPoints, int axis) {
    return builder.node(
        "DequantizeLinear",
        List.of(
            builder.initializer(values),
            builder.initializer(scales),
            builder.initializer(zeroPoints)),
        values.name().replace(QUANTIZED, DEQUANTIZED),
        Map.of("axis", Attribute.of(axis)));
  }
}
