package io.github.calib8.quantization;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationParameters;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans for TensorRT's explicit quantization, which moves Q/DQ to where its kernels want them.
 *
 * <ul>
 *   <li>Every activation is signed, with zero point 0: TensorRT takes no other.
 *   <li>Quantized are the inputs of Conv, Gemm and MatMul, and nothing behind them: TensorRT fuses
 *       the next layer's QuantizeLinear into the kernel, the rectifier between them included.
 *   <li>Of a residual Add, the input that a convolution makes for it alone stays in floating point:
 *       TensorRT adds within that convolution's kernel. With a convolution on either side that is
 *       the one further from the model's input, since the other one has to be done before it. Any
 *       other input is quantized.
 *   <li>What has no entry in the table stays in floating point.
 * </ul>
 *
 * @see <a
 *     href="https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/quantized-types-explicit-quantization.html">
 *     TensorRT: Explicit Quantization</a>
 */
final class TensorRtPlanner {
  private final OnnxModel model;
  private final CalibrationTable table;
  private final Operators operators;
  private final Map<String, QuantizationParameters> activations = new LinkedHashMap<>();
  private final Set<String> weighted = new LinkedHashSet<>();

  /** The most nodes on any way from the model's input to a tensor. */
  private final Map<String, Integer> depths = new HashMap<>();

  private TensorRtPlanner(OnnxModel model, CalibrationTable table) {
    this.model = model;
    this.table = table;
    this.operators = new Operators(model);
  }

  static QuantizationPlan plan(OnnxModel model, CalibrationTable table, WeightRange weightRange) {
    TensorRtPlanner planner = new TensorRtPlanner(model, table);
    model.nodes().forEach(planner::visit);
    return new QuantizationPlan(
        planner.activations, planner.weighted, Set.of(), WeightForm.ROUNDED_ON_LOAD, weightRange);
  }

  private void visit(Node node) {
    int depth = 1 + node.inputs().stream().mapToInt(this::depth).max().orElse(0);
    node.outputs().forEach(output -> depths.put(output, depth));
    if (operators.isWeighted(node)) {
      quantize(node.inputs().get(0));
      if (activations.containsKey(node.inputs().get(0))) {
        weighted.add(node.output());
      }
    } else if (operators.isResidual(node)) {
      Optional<String> fused = fused(node);
      node.inputs().stream()
          .filter(input -> !fused.equals(Optional.of(input)))
          .forEach(this::quantize);
    }
  }

  private int depth(String tensor) {
    return depths.getOrDefault(tensor, 0);
  }

  /** The input of an Add that the kernel of a convolution adds the other one to. */
  private Optional<String> fused(Node add) {
    return add.inputs().stream()
        .filter(
            input ->
                model
                    .producer(input)
                    .filter(node -> operators.is(node, OperatorKind.CONVOLUTION))
                    .isPresent())
        .filter(input -> operators.onlyConsumer(input).isPresent())
        .max(Comparator.comparingInt(this::depth));
  }

  private void quantize(String tensor) {
    table
        .find(operators.source(tensor))
        .map(entry -> QuantizationParameters.symmetric(IntegerType.INT8, entry.threshold()))
        .ifPresent(parameters -> activations.put(tensor, parameters));
  }
}
