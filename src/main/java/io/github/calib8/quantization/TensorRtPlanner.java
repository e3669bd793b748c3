package io.github.calib8.quantization;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans for TensorRT's explicit quantization, which moves Q/DQ to where its kernels want them.
 *
 * <ul>
 *   <li>Every activation is signed, with zero point 0: TensorRT takes no other.
 *   <li>Quantized are the inputs of Conv, Gemm and MatMul, and nothing right behind them: TensorRT
 *       fuses the next layer's QuantizeLinear into the kernel, the rectifier between them included.
 *   <li>Of a residual Add, the input that a convolution makes for it alone stays in floating point:
 *       TensorRT adds within that convolution's kernel. With a convolution on either side that is
 *       the one further from the model's input, since the other one has to be done before it. Any
 *       other input is quantized.
 *   <li>A local normalization whose output is quantized reads integers, too, where 8 bits hold its
 *       input well: TensorRT has a kernel for that, and the convolution in front of it need not
 *       write floating point. What it divides by a power of the largest values near by may have a
 *       longer tail than anything else in a network: then all small values would become alike. (Q
 *       behind a MaxPool needs no such rule: TensorRT moves it to the front.)
 *   <li>What has no entry in the table stays in floating point.
 * </ul>
 *
 * @see <a
 *     href="https://docs.nvidia.com/deeplearning/tensorrt/latest/inference-library/quantized-types-explicit-quantization.html">
 *     TensorRT: Explicit Quantization</a>
 */
final class TensorRtPlanner {
  private static final String READS = "reads integers";

  /** In dB; of BVLC GoogLeNet's local normalizations the first has 26, the second 36. */
  private static final double LEAST_SQNR = 32;

  /** In dB: 255 steps instead of 127. */
  private static final double A_BIT = 20 * Math.log10(255.0 / 127);

  private final OnnxModel model;
  private final CalibrationTable table;
  private final Set<String> keptFloat;
  private final Operators operators;
  private final List<PlannedNode> nodes = new ArrayList<>();
  private final Map<String, QuantizationParameters> activations = new LinkedHashMap<>();
  private final Set<String> weighted = new LinkedHashSet<>();

  /** The most nodes on any way from the model's input to a tensor. */
  private final Map<String, Integer> depths = new HashMap<>();

  private TensorRtPlanner(OnnxModel model, CalibrationTable table, Set<String> keptFloat) {
    this.model = model;
    this.table = table;
    this.keptFloat = keptFloat;
    this.operators = new Operators(model);
  }

  /**
   * Plans.
   *
   * @param keptFloat the outputs of the nodes that are to stay in floating point
   */
  static Placement plan(OnnxModel model, CalibrationTable table, Set<String> keptFloat) {
    TensorRtPlanner planner = new TensorRtPlanner(model, table, keptFloat);
    model.nodes().forEach(planner::visit);
    planner.normalizeIntegers();
    return new Placement(planner.nodes, planner.activations, planner.weighted, Set.of());
  }

  private void visit(Node node) {
    int depth = 1 + node.inputs().stream().mapToInt(this::depth).max().orElse(0);
    node.outputs().forEach(output -> depths.put(output, depth));
    Optional<String> obstacle = obstacle(node);
    if (obstacle.isPresent()) {
      nodes.add(PlannedNode.of(node, NodePrecision.FLOAT, obstacle.orElseThrow()));
      return;
    }
    nodes.add(PlannedNode.of(node, NodePrecision.INT8, READS));
    quantizedInputs(node).forEach(this::quantize);
    if (operators.isWeighted(node)) {
      weighted.add(node.output());
    }
  }

  /** Has local normalizations read integers whose output is quantized by now. */
  private void normalizeIntegers() {
    for (int i = 0; i < nodes.size(); i++) {
      Node node = model.nodes().get(i);
      if (operators.is(node, OperatorKind.LOCAL_NORMALIZATION)
          && leadsToIntegers(node.output())
          && !keptFloat.contains(node.output())
          && isHeldWell(node.inputs().get(0))) {
        nodes.set(i, PlannedNode.of(node, NodePrecision.INT8, READS));
        quantize(node.inputs().get(0));
      }
    }
  }

  /** Whether a tensor, or what a MaxPool makes of it, is quantized. */
  private boolean leadsToIntegers(String tensor) {
    return activations.containsKey(tensor)
        || model.consumers(tensor).stream()
            .anyMatch(
                node ->
                    operators.is(node, OperatorKind.MAX_POOLING)
                        && activations.containsKey(node.output()));
  }

  /** A table for processors may tell of twice as many steps as there are here: of 6 dB more. */
  private boolean isHeldWell(String tensor) {
    return entry(tensor)
        .filter(
            entry -> {
              double least =
                  entry.parameters().type() == IntegerType.INT8 ? LEAST_SQNR : LEAST_SQNR + A_BIT;
              return entry.error().filter(error -> error.sqnr() >= least).isPresent();
            })
        .isPresent();
  }

  /** Why a node stays in floating point, or why that is not for the file to say. */
  private Optional<String> obstacle(Node node) {
    if (keptFloat.contains(node.output())) {
      return Optional.of("asked for");
    }
    if (!operators.isFloat(node.output())) {
      return Optional.of("it makes no float32 numbers");
    }
    OperatorKind kind = OperatorTraits.of(node).kind();
    if (!kind.isProduct() && kind != OperatorKind.ADDITION) {
      return Optional.of("TensorRT chooses what " + node.opType() + " runs in");
    }
    return operators
        .obstacle(node)
        .or(
            () ->
                quantizedInputs(node).stream().anyMatch(input -> entry(input).isPresent())
                    ? Optional.empty()
                    : Optional.of(PlannedNode.unscaled(node.inputs().get(0))));
  }

  /** The inputs that are to be integers: the data of a product, what is added in no kernel. */
  private List<String> quantizedInputs(Node node) {
    if (operators.isWeighted(node)) {
      return List.of(node.inputs().get(0));
    }
    Optional<String> fused = fused(node);
    return node.inputs().stream().filter(input -> !fused.equals(Optional.of(input))).toList();
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
                    .filter(convolution -> !keptFloat.contains(convolution.output()))
                    .isPresent())
        .filter(input -> operators.onlyConsumer(input).isPresent())
        // A sum of a tensor with itself needs it beside the kernel that makes it.
        .filter(input -> Collections.frequency(add.inputs(), input) == 1)
        .max(Comparator.comparingInt(this::depth));
  }

  private void quantize(String tensor) {
    entry(tensor)
        .map(entry -> QuantizationParameters.symmetric(IntegerType.INT8, entry.threshold()))
        .ifPresent(parameters -> activations.put(tensor, parameters));
  }

  private Optional<TensorCalibration> entry(String tensor) {
    return table.find(operators.source(tensor));
  }
}
