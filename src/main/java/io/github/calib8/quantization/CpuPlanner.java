package io.github.calib8.quantization;

import com.google.common.collect.Maps;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Plans for ONNX Runtime's CPU kernels, which run in integers only what they can fuse.
 *
 * <ul>
 *   <li>Every activation is unsigned: zero point 0 where nothing negative was seen, that of the
 *       table where it has one, else 128. Of a table with signed types throughout, the thresholds
 *       are taken.
 *   <li>A convolution is quantized straight behind itself. The rectifier between the two is dropped
 *       where zero point 0 clips for it; with any other zero point it stays.
 *   <li>No scale reaches beyond the bound of a Clip, so that the largest integer clips for it.
 *   <li>A tensor that only a Concat reads takes the scale of the Concat's output, so that it is
 *       rounded once instead of twice, and the Concat copies.
 *   <li>An average between scales that the kernels {@linkplain PoolingScales refuse} stays in
 *       floating point, and so does what reads it: between integers the engine would fuse it.
 *   <li>An operator without calibrated tensors stays in floating point: so do the logits, and what
 *       follows them.
 * </ul>
 */
final class CpuPlanner {
  private static final int SIGNED_ZERO_POINT = 128;
  private static final int HIGHEST = IntegerType.UINT8.max();

  private final OnnxModel model;
  private final CalibrationTable table;
  private final Map<String, String> keptFloat;
  private final Operators operators;
  private final List<PlannedNode> nodes = new ArrayList<>();
  private final Map<String, QuantizationParameters> activations = new LinkedHashMap<>();
  private final Set<String> weighted = new LinkedHashSet<>();
  private final Set<String> droppedRectifiers = new LinkedHashSet<>();

  /** Why tensors are not stored in the scale that they have. */
  private final Map<String, String> refused = new HashMap<>();

  /** What kernels read as integers. */
  private final Set<String> readAsIntegers = new HashSet<>();

  private CpuPlanner(OnnxModel model, CalibrationTable table, Map<String, String> keptFloat) {
    this.model = model;
    this.table = table;
    this.keptFloat = keptFloat;
    this.operators = new Operators(model);
    model.nodes().stream()
        .filter(node -> operators.is(node, OperatorKind.AVERAGE_POOLING))
        .forEach(this::refuse);
    for (Node node : model.nodes()) {
      if (obstacle(node).isEmpty()) {
        readAsIntegers.addAll(operators.dataInputs(node));
      }
    }
  }

  /**
   * Plans.
   *
   * @param keptFloat the outputs of the nodes that are to stay in floating point
   * @param use whether what is faster in floating point stays there, too
   * @param processor that of the machine that will run the model
   */
  static Placement plan(
      OnnxModel model,
      CalibrationTable table,
      Set<String> keptFloat,
      IntegerUse use,
      InstructionSet processor) {
    Map<String, String> reasons = new LinkedHashMap<>(Maps.asMap(keptFloat, node -> "asked for"));
    Placement everywhere = plan(model, table, reasons);
    if (use == IntegerUse.EVERYWHERE) {
      return everywhere;
    }
    Map<String, String> faster =
        FasterInFloat.of(model, table, everywhere, KernelCosts.of(processor));
    faster.forEach(reasons::putIfAbsent);
    return faster.isEmpty() ? everywhere : plan(model, table, reasons);
  }

  private static Placement plan(
      OnnxModel model, CalibrationTable table, Map<String, String> keptFloat) {
    CpuPlanner planner = new CpuPlanner(model, table, keptFloat);
    model.nodes().forEach(planner::visit);
    return new Placement(
        planner.nodes, planner.activations, planner.weighted, planner.droppedRectifiers);
  }

  private void visit(Node node) {
    Optional<String> obstacle = obstacle(node);
    if (droppedRectifiers.contains(node.output())) {
      nodes.add(PlannedNode.of(node, NodePrecision.INT8, "done by storing its output as integers"));
    } else if (obstacle.isPresent()) {
      nodes.add(PlannedNode.of(node, NodePrecision.FLOAT, obstacle.orElseThrow()));
    } else {
      nodes.add(PlannedNode.of(node, NodePrecision.INT8, "runs in integers"));
      place(node);
    }
  }

  private void place(Node node) {
    operators.dataInputs(node).forEach(this::quantize);
    if (operators.isWeighted(node)) {
      weighted.add(node.output());
    }
    Optional<Node> rectifier = droppableRectifier(node);
    List<String> made = rectifier.map(Node::outputs).orElse(node.outputs());
    if (!mayEndInFloat(node) || made.stream().anyMatch(readAsIntegers::contains)) {
      // Only what is stored as integers does what the rectifier did.
      rectifier.ifPresent(r -> droppedRectifiers.add(r.output()));
      made.forEach(this::quantize);
    }
  }

  private void quantize(String tensor) {
    parameters(tensor).ifPresent(parameters -> activations.put(tensor, parameters));
  }

  /** Why a node stays in floating point, if it does. */
  private Optional<String> obstacle(Node node) {
    if (keptFloat.containsKey(node.output())) {
      return Optional.ofNullable(keptFloat.get(node.output()));
    }
    if (!operators.isFloat(node.output())) {
      return Optional.of("it makes no float32 numbers");
    }
    return operators
        .obstacle(node)
        .or(
            () ->
                operators.dataInputs(node).stream()
                    .filter(input -> parameters(input).isEmpty())
                    .map(input -> unscaled(node, input))
                    .findFirst())
        .or(
            () ->
                isQuantizedBehind(node) || mayEndInFloat(node)
                    ? Optional.empty()
                    : Optional.of(
                        model.isOutput(node.output())
                            ? "it makes an output of the model"
                            : unscaled(node.output())));
  }

  /** What only moves values asks for no scale of its own. */
  private String unscaled(Node node, String input) {
    return operators.is(node, OperatorKind.REARRANGEMENT)
            || operators.is(node, OperatorKind.SELECTION)
        ? "it moves float32 numbers"
        : unscaled(input);
  }

  private String unscaled(String tensor) {
    return refused.getOrDefault(operators.source(tensor), PlannedNode.unscaled(tensor));
  }

  /**
   * Notes what an average cannot be stored as: the engine would run a node in integers whose input
   * and output are, whatever the plan says, so that they must not both be.
   */
  private void refuse(Node average) {
    Stream.concat(
            Stream.of(average.output()),
            operators.rectifierBehind(average).map(Rectifier::node).map(Node::output).stream())
        .forEach(
            made ->
                own(operators.source(average.inputs().get(0)))
                    .flatMap(input -> own(made).flatMap(o -> PoolingScales.obstacle(input, o)))
                    .ifPresent(reason -> refused.put(made, reason)));
  }

  /** An output of the model stays in floating point, and a kernel that feeds it with it. */
  private boolean isQuantizedBehind(Node node) {
    return droppableRectifier(node).isPresent()
        || (parameters(node.output()).isPresent() && !model.isOutput(node.output()));
  }

  /** These kernels can write floating point; a convolution's cannot. */
  private boolean mayEndInFloat(Node node) {
    return operators.is(node, OperatorKind.MATRIX_PRODUCT);
  }

  private Optional<Node> droppableRectifier(Node node) {
    return operators
        .rectifierBehind(node)
        .map(Rectifier::node)
        .filter(next -> operators.isRequantizing(node) && !model.isOutput(next.output()))
        .filter(next -> !keptFloat.containsKey(next.output()))
        .filter(next -> parameters(next.output()).filter(p -> clips(p, next)).isPresent());
  }

  /** Whether storing in these parameters does what the rectifier does. */
  private boolean clips(QuantizationParameters parameters, Node rectifier) {
    return parameters.zeroPoint() == 0 && !exceeds(parameters, rectifier);
  }

  /** Whether integers stand for more than the node lets pass, if it is a rectifier. */
  private boolean exceeds(QuantizationParameters parameters, Node node) {
    return Rectifier.of(model, node)
        .filter(rectifier -> Math.rint(rectifier.limit() / parameters.scale()) < HIGHEST)
        .isPresent();
  }

  private Optional<QuantizationParameters> parameters(String tensor) {
    String source = operators.source(tensor);
    return refused.containsKey(source)
        ? Optional.empty()
        : own(source).map(parameters -> shared(source, parameters));
  }

  private Optional<QuantizationParameters> own(String source) {
    return table
        .find(source)
        .map(CpuPlanner::unsigned)
        .map(parameters -> bounded(source, parameters));
  }

  /** A threshold search may end a little above all values, a Clip's bound among them. */
  private QuantizationParameters bounded(String tensor, QuantizationParameters own) {
    return model
        .producer(tensor)
        .flatMap(node -> Rectifier.of(model, node))
        .filter(rectifier -> own.zeroPoint() == 0 && rectifier.limit() < own.scale() * HIGHEST)
        .map(rectifier -> QuantizationParameters.symmetric(IntegerType.UINT8, rectifier.limit()))
        .orElse(own);
  }

  private QuantizationParameters shared(String tensor, QuantizationParameters own) {
    return operators
        .onlyConsumer(tensor)
        .filter(next -> operators.is(next, OperatorKind.CONCATENATION) && isComputed(tensor))
        .filter(concat -> !keptFloat.containsKey(concat.output()))
        .flatMap(concat -> parameters(concat.output()))
        .filter(concat -> (concat.zeroPoint() == 0) == (own.zeroPoint() == 0))
        .filter(concat -> model.producer(tensor).filter(node -> exceeds(concat, node)).isEmpty())
        .orElse(own);
  }

  private boolean isComputed(String tensor) {
    return model
        .producer(tensor)
        .map(
            node ->
                Rectifier.of(model, node).isPresent()
                    ? model.producer(node.inputs().get(0)).orElse(node)
                    : node)
        .filter(node -> operators.isWeighted(node) || operators.is(node, OperatorKind.ADDITION))
        .isPresent();
  }

  /**
   * A table made for TensorRT is signed throughout; of a tensor without negative values it gives
   * the threshold, and a zero point of 128 would waste half of the integers and keep the rectifier.
   */
  private static QuantizationParameters unsigned(TensorCalibration entry) {
    QuantizationParameters parameters = entry.parameters();
    if (parameters.type() == IntegerType.UINT8) {
      return parameters;
    }
    return entry.count() > 0 && entry.negatives() == 0
        ? QuantizationParameters.symmetric(IntegerType.UINT8, entry.threshold())
        : new QuantizationParameters(
            IntegerType.UINT8, parameters.scale(), parameters.zeroPoint() + SIGNED_ZERO_POINT);
  }
}
