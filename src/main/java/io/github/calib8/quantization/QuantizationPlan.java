package io.github.calib8.quantization;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.SimilarNames;
import io.github.calib8.work.Internal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a model, as data: which of its nodes run in integers and why the others do not,
 * and how each tensor that becomes integers is stored. {@link Quantizer#plan} makes it, {@link
 * #withFloat} changes it, {@link Quantizer#quantize(OnnxModel, QuantizationPlan)} executes it.
 *
 * <p>Its nodes are those of the model as it is {@linkplain Target#prepare prepared} for the target:
 * BatchNormalization that is folded into a convolution has no row.
 *
 * <p>A value; immutable and thread-safe. Holds the model and the table that it is made of.
 */
public final class QuantizationPlan {
  private final Target target;
  private final OnnxModel prepared;
  private final CalibrationTable table;
  private final InstructionSet instructionSet;
  private final WeightRange weightRange;
  private final IntegerUse use;
  private final Set<String> keptFloat;
  private final Placement placement;
  private final Map<String, RoundedLayer> rounded;
  private final Set<String> roundingImages;

  private QuantizationPlan(
      Target target,
      OnnxModel prepared,
      CalibrationTable table,
      InstructionSet instructionSet,
      WeightRange weightRange,
      IntegerUse use,
      Set<String> keptFloat,
      Map<String, RoundedLayer> rounded,
      Set<String> roundingImages) {
    this.target = target;
    this.prepared = prepared;
    this.table = table;
    this.instructionSet = instructionSet;
    this.weightRange = weightRange;
    this.use = use;
    this.keptFloat = ImmutableSet.copyOf(keptFloat);
    this.placement = target.place(prepared, table, this.keptFloat, use, instructionSet);
    this.rounded = ImmutableMap.copyOf(Maps.filterKeys(rounded, placement.weighted()::contains));
    this.roundingImages = ImmutableSet.copyOf(roundingImages);
  }

  /**
   * Plans.
   *
   * @param range {@link WeightRange#FULL} or {@link WeightRange#REDUCED}
   */
  static QuantizationPlan of(
      Target target,
      OnnxModel fp32,
      CalibrationTable table,
      InstructionSet instructionSet,
      WeightRange range,
      IntegerUse use) {
    return new QuantizationPlan(
        target,
        target.prepare(fp32),
        table,
        instructionSet,
        range,
        use,
        Set.of(),
        Map.of(),
        Set.of());
  }

  /**
   * The same plan with more nodes in floating point. What their neighbors need is worked out again:
   * a rectifier that stays in floating point is no longer dropped, and a convolution whose output
   * has no scale without it stays, too.
   *
   * @param nodes names of nodes, or of tensors that nodes make
   * @return a plan
   * @throws IllegalArgumentException if the graph has no such node; the text holds the most similar
   *     names
   */
  public QuantizationPlan withFloat(Collection<String> nodes) {
    Set<String> kept = new LinkedHashSet<>(keptFloat);
    nodes.forEach(name -> kept.addAll(outputs(prepared, name)));
    return with(kept, rounded, roundingImages);
  }

  /**
   * The same plan with some tensors in floating point: the nodes that make or read them stay there,
   * as {@link #withFloat} keeps them. Operators that pass values through take the tensor along, and
   * a rectifier the node that it is fused with.
   *
   * @param tensors names of tensors, such as those that a table {@linkplain
   *     CalibrationTable#suspects() suspects}; names that the graph does not have change nothing
   * @return a plan
   */
  public QuantizationPlan withFloatTensors(Collection<String> tensors) {
    Operators operators = new Operators(prepared);
    Set<String> floats = new LinkedHashSet<>(tensors);
    Set<String> kept = new LinkedHashSet<>(keptFloat);
    for (Node node : prepared.nodes()) {
      boolean reads = node.inputs().stream().anyMatch(floats::contains);
      boolean makes = node.outputs().stream().anyMatch(floats::contains);
      if (reads && operators.isPassThrough(node)) {
        floats.addAll(node.outputs());
      }
      if (reads || makes) {
        kept.add(node.output());
      }
      if (makes && Rectifier.of(prepared, node).isPresent()) {
        prepared.producer(node.inputs().get(0)).map(Node::output).ifPresent(kept::add);
      }
    }
    return with(kept, rounded, roundingImages);
  }

  private QuantizationPlan with(
      Set<String> kept, Map<String, RoundedLayer> layers, Set<String> images) {
    return new QuantizationPlan(
        target, prepared, table, instructionSet, weightRange, use, kept, layers, images);
  }

  /**
   * The same plan with weights rounded by what they multiply. A layer that {@link #withFloat} later
   * keeps in floating point loses its integers.
   *
   * @param layers of {@link #weightedLayers}, rounded; the others keep what they have
   * @param images the names of the images that rounded them, which must not measure the model
   * @return a plan
   */
  @Internal
  public QuantizationPlan withRounding(Collection<RoundedLayer> layers, Collection<String> images) {
    Map<String, RoundedLayer> all = new LinkedHashMap<>(rounded);
    layers.forEach(layer -> all.put(layer.rounding().output(), layer));
    Set<String> names = new LinkedHashSet<>(roundingImages);
    names.addAll(images);
    return with(keptFloat, all, names);
  }

  /**
   * The layers whose weights become integers.
   *
   * @return a layer for each, in the order in which they are computed
   */
  @Internal
  public List<WeightedLayer> weightedLayers() {
    return prepared.nodes().stream()
        .filter(node -> placement.weighted().contains(node.output()))
        .map(
            node ->
                new WeightedLayer(
                    node,
                    constant(node.inputs().get(1)),
                    node.input(2).isPresent(),
                    scales(node),
                    () -> nearest(node)))
        .toList();
  }

  /**
   * The FP32 graph as far as layers' inputs need it.
   *
   * @param layers of {@link #weightedLayers}
   * @return the graph, whose outputs are what the layers read, but for the model's own input; empty
   *     where they read nothing else
   */
  @Internal
  public Optional<OnnxModel> inputsOf(Collection<WeightedLayer> layers) {
    List<ValueInfo> outputs =
        layers.stream()
            .map(WeightedLayer::input)
            .distinct()
            .filter(tensor -> prepared.producer(tensor).isPresent())
            .map(tensor -> new ValueInfo(tensor, DataType.FLOAT, List.of()))
            .toList();
    return outputs.isEmpty()
        ? Optional.empty()
        : Optional.of(prepared.edit().outputs(outputs).build());
  }

  /**
   * How weights were rounded, where that was not simply to nearest.
   *
   * @return a row for each layer that was rounded by its inputs, or tried to be, in the order in
   *     which they are computed
   */
  public List<LayerRounding> roundings() {
    return prepared.nodes().stream()
        .flatMap(node -> rounded(node).stream())
        .map(RoundedLayer::rounding)
        .toList();
  }

  /**
   * Finds nodes by name in a graph that is {@linkplain Target#prepare prepared}, so that a name can
   * be checked before there is a table to plan with.
   *
   * @param prepared the graph
   * @param name the name of a node, or of a tensor that one makes
   * @return the first outputs of the nodes of this name
   * @throws IllegalArgumentException if there is none; the text holds the most similar names
   */
  public static List<String> outputs(OnnxModel prepared, String name) {
    List<String> outputs =
        prepared.nodes().stream()
            .filter(node -> node.name().equals(name) || node.outputs().contains(name))
            .map(Node::output)
            .toList();
    if (name.isEmpty() || outputs.isEmpty()) {
      Set<String> known = new LinkedHashSet<>();
      prepared.nodes().forEach(node -> known.add(PlannedNode.nameOf(node)));
      throw new IllegalArgumentException(
          "Expected a node of model '%s' as it is simplified (%s nodes), found '%s'; nearest names: %s"
              .formatted(
                  prepared.name(),
                  prepared.nodes().size(),
                  name,
                  SimilarNames.nearest(name, known)));
    }
    return outputs;
  }

  /**
   * Who will run the model.
   *
   * @return the target
   */
  public Target target() {
    return target;
  }

  /**
   * The nodes.
   *
   * @return a row for each, in the order in which they are computed
   */
  public List<PlannedNode> nodes() {
    return placement.nodes();
  }

  /**
   * The tensors that become integers.
   *
   * @return a row for each, in the order in which they are decided
   */
  public List<PlannedTensor> tensors() {
    return placement.activations().entrySet().stream()
        .map(entry -> new PlannedTensor(entry.getKey(), entry.getValue()))
        .toList();
  }

  /**
   * Whether nothing runs in integers since floating point is faster.
   *
   * @return true if so, as for a network of depthwise convolutions between functions that have no
   *     integer kernel
   */
  public boolean gainsNothing() {
    return nodes().stream().noneMatch(PlannedNode::isInt8)
        && nodes().stream().anyMatch(node -> node.reason().startsWith(FasterInFloat.REASON));
  }

  /**
   * Whose kernels' costs are asked where integers are used.
   *
   * @return the instruction set that was measured: the nearest one to that of the processor that
   *     the plan is for; empty where costs were not asked, as for {@link IntegerUse#EVERYWHERE} and
   *     TensorRT
   */
  public Optional<InstructionSet> costs() {
    return use == IntegerUse.WHERE_FASTER && target.isOnnxRuntime()
        ? Optional.of(KernelCosts.of(instructionSet).instructionSet())
        : Optional.empty();
  }

  /**
   * Looks a node up.
   *
   * @param name a node's name, or that of the tensor that it makes
   * @return its row, the first one if several nodes have the name
   */
  public Optional<PlannedNode> find(String name) {
    return nodes().stream()
        .filter(node -> node.name().equals(name) || node.output().equals(name))
        .findFirst();
  }

  /**
   * How much of the signed 8-bit range the weights use.
   *
   * @return {@link WeightRange#FULL} or {@link WeightRange#REDUCED}
   */
  public WeightRange weightRange() {
    return weightRange;
  }

  /**
   * The plan as JSON: UTF-8 text, LF line ends, a fixed order of fields.
   *
   * @return {@code schemaVersion} 1, {@code target}, {@code model}, {@code modelSha256}, {@code
   *     weights}, {@code costs} where there are {@link #costs}; {@code nodes}, each with {@code
   *     node}, {@code operator}, {@code output}, {@code precision} and {@code reason}, and if
   *     {@link #roundings} has the node {@code rounding}: an object of {@code by}, {@code
   *     errorShare}, {@code shiftsBias} and, where nearest was kept, {@code reason}; {@code
   *     tensors}, each with {@code tensor}, {@code type}, {@code scale} and {@code zeroPoint}
   */
  public String toJson() {
    return QuantizationPlanJson.format(this);
  }

  /** The weights of a node, each rounded to the nearest integer. */
  QuantizedWeights nearest(Node node) {
    return QuantizedWeights.of(
        constant(node.inputs().get(1)),
        Operators.channelAxis(node),
        bias(node),
        inputScale(node),
        weightRange);
  }

  /** The scales of the weights of a node, without integers. */
  QuantizedWeights scales(Node node) {
    return QuantizedWeights.scalesOf(
        constant(node.inputs().get(1)),
        Operators.channelAxis(node),
        bias(node),
        inputScale(node),
        weightRange);
  }

  private float inputScale(Node node) {
    String input = node.inputs().get(0);
    return Objects.requireNonNull(placement.activations().get(input), input).scale();
  }

  /** The bias of a node with weights; empty for none. */
  float[] bias(Node node) {
    return node.input(2).map(b -> constant(b).toFloats()).orElse(new float[0]);
  }

  /** What the planner took for a node's weights or bias. */
  private Tensor constant(String name) {
    return Objects.requireNonNull(prepared.initializers().get(name), name);
  }

  Optional<RoundedLayer> rounded(Node node) {
    return Optional.ofNullable(rounded.get(node.output()));
  }

  Set<String> roundingImages() {
    return roundingImages;
  }

  OnnxModel prepared() {
    return prepared;
  }

  CalibrationTable table() {
    return table;
  }

  InstructionSet instructionSet() {
    return instructionSet;
  }

  Set<String> keptFloat() {
    return keptFloat;
  }

  Placement placement() {
    return placement;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuantizationPlan that
        && target.equals(that.target)
        && table.equals(that.table)
        && instructionSet == that.instructionSet
        && weightRange == that.weightRange
        && use == that.use
        && keptFloat.equals(that.keptFloat)
        && rounded.equals(that.rounded)
        && roundingImages.equals(that.roundingImages);
  }

  @Override
  public int hashCode() {
    return Objects.hash(target, table.provenance(), weightRange, keptFloat);
  }

  @Override
  public String toString() {
    return "QuantizationPlan[%s of %s nodes of %s in integers for %s]"
        .formatted(
            nodes().stream().filter(PlannedNode::isInt8).count(),
            nodes().size(),
            table.provenance().model(),
            target);
  }
}
