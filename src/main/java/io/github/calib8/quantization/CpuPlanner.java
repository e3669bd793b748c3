package io.github.calib8.quantization;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans for ONNX Runtime's CPU kernels, which run in integers only what they can fuse.
 *
 * <ul>
 *   <li>Every activation is unsigned: zero point 0 where nothing is negative, else 128.
 *   <li>A convolution is quantized straight behind itself. The Relu between the two is dropped
 *       where zero point 0 clips for it; with any other zero point it stays.
 *   <li>A tensor that only a Concat reads takes the scale of the Concat's output, so that it is
 *       rounded once instead of twice, and the Concat copies.
 *   <li>An operator without calibrated tensors stays in floating point: so do the logits, and what
 *       follows them.
 * </ul>
 */
final class CpuPlanner {
  private static final int SIGNED_ZERO_POINT = 128;

  private final OnnxModel model;
  private final CalibrationTable table;
  private final Operators operators;
  private final Map<String, QuantizationParameters> activations = new LinkedHashMap<>();
  private final Set<String> weighted = new LinkedHashSet<>();
  private final Set<String> droppedRelus = new LinkedHashSet<>();

  private CpuPlanner(OnnxModel model, CalibrationTable table) {
    this.model = model;
    this.table = table;
    this.operators = new Operators(model);
  }

  static QuantizationPlan plan(OnnxModel model, CalibrationTable table, WeightRange weightRange) {
    CpuPlanner planner = new CpuPlanner(model, table);
    model.nodes().forEach(planner::visit);
    return new QuantizationPlan(
        planner.activations, planner.weighted, planner.droppedRelus, weightRange);
  }

  private void visit(Node node) {
    if (!isQuantized(node)) {
      return;
    }
    operators.dataInputs(node).forEach(this::quantize);
    if (operators.isWeighted(node)) {
      weighted.add(node.output());
    }
    Optional<Node> relu = droppableRelu(node);
    relu.ifPresent(r -> droppedRelus.add(r.output()));
    quantize(relu.map(Node::output).orElse(node.output()));
  }

  private void quantize(String tensor) {
    parameters(tensor).ifPresent(parameters -> activations.put(tensor, parameters));
  }

  private boolean isQuantized(Node node) {
    return operators.hasIntegerKernel(node)
        && operators.dataInputs(node).stream().allMatch(t -> parameters(t).isPresent())
        && (isQuantizedBehind(node) || mayEndInFloat(node));
  }

  /** An output of the model stays in floating point, and a kernel that feeds it with it. */
  private boolean isQuantizedBehind(Node node) {
    return droppableRelu(node).isPresent()
        || (parameters(node.output()).isPresent() && !model.isOutput(node.output()));
  }

  /** These kernels can write floating point; a convolution's cannot. */
  private static boolean mayEndInFloat(Node node) {
    return node.is("Gemm") || node.is("MatMul");
  }

  private Optional<Node> droppableRelu(Node node) {
    return operators
        .reluBehind(node)
        .filter(relu -> operators.isRequantizing(node) && !model.isOutput(relu.output()))
        .filter(relu -> parameters(relu.output()).filter(p -> p.zeroPoint() == 0).isPresent());
  }

  private Optional<QuantizationParameters> parameters(String tensor) {
    Optional<Node> producer = model.producer(tensor);
    if (producer.filter(operators::isPassThrough).isPresent()) {
      return parameters(producer.orElseThrow().inputs().get(0));
    }
    Optional<QuantizationParameters> own =
        table.find(tensor).map(TensorCalibration::parameters).map(CpuPlanner::unsigned);
    return own.map(parameters -> shared(tensor, parameters));
  }

  private QuantizationParameters shared(String tensor, QuantizationParameters own) {
    return operators
        .onlyConsumer(tensor)
        .filter(next -> next.is("Concat") && isComputed(tensor))
        .flatMap(concat -> parameters(concat.output()))
        .filter(concat -> concat.zeroPoint() == own.zeroPoint())
        .orElse(own);
  }

  private boolean isComputed(String tensor) {
    return model
        .producer(tensor)
        .map(node -> node.is("Relu") ? model.producer(node.inputs().get(0)).orElse(node) : node)
        .filter(node -> operators.isWeighted(node) || node.is("Add"))
        .isPresent();
  }

  private static QuantizationParameters unsigned(QuantizationParameters parameters) {
    return parameters.type() == IntegerType.INT8
        ? new QuantizationParameters(
            IntegerType.UINT8, parameters.scale(), parameters.zeroPoint() + SIGNED_ZERO_POINT)
        : parameters;
  }
}
