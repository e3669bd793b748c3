package io.github.calib8.calibration;

import com.google.common.collect.Lists;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.quantization.ObservationPoints;
import io.github.calib8.quantization.Target;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.DynamicRange;
import io.github.calib8.scale.DynamicRanges;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tables of other programs for a model: makes them of ours, and ours of them.
 *
 * <p>Other programs want an entry for every activation tensor of the graph as it is in the file;
 * our table has one for each tensor that is observed in the simplified graph. The rest follows:
 *
 * <ul>
 *   <li>What MaxPool, Flatten, Dropout and the like make takes the range of what goes in.
 *   <li>What only a rectifier reads, or what is folded into its only reader (a convolution in front
 *       of BatchNormalization), takes the range of what that reader makes: engines fuse the two.
 *   <li>What stays in floating point (logits, Softmax) has no entry.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class ModelRanges {
  private static final String UNKNOWN = "not known";

  private final OnnxModel model;
  private final OnnxModel simple;
  private final List<String> needed;

  private ModelRanges(OnnxModel model) {
    this.model = model;
    ObservationPoints points = Target.cpu().observationPoints(model);
    this.simple = points.model();
    this.needed = points.tensors();
  }

  /**
   * Looks at a model.
   *
   * @param model an FP32 model of one input, as it is in its file
   * @return its tensors
   * @throws io.github.calib8.onnx.OnnxException if the model has another number of inputs
   */
  public static ModelRanges of(OnnxModel model) {
    return new ModelRanges(model);
  }

  /**
   * Returns the ranges of all tensors that run in integers, under their names in the model's file.
   *
   * @param table a calibration table of this model, with one entry or more
   * @return the ranges, in the order in which the graph makes the tensors, its input first
   * @throws IllegalArgumentException if the table was made of another model, or is empty
   */
  public DynamicRanges expand(CalibrationTable table) {
    if (!table.provenance().modelSha256().equals(model.sha256())) {
      throw new IllegalArgumentException(
          "Expected a calibration table of model '%s' (SHA-256 %s), found one of model '%s' (SHA-256 %s)"
              .formatted(
                  model.name(),
                  model.sha256(),
                  table.provenance().model(),
                  table.provenance().modelSha256()));
    }
    DynamicRanges observed = DynamicRanges.of(table);
    List<DynamicRange> ranges = new ArrayList<>();
    Map<String, Optional<DynamicRange>> known = new HashMap<>();
    Stream.concat(
            Stream.of(model.input().name()),
            model.nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .filter(output -> !output.isEmpty()))
        .forEach(
            tensor ->
                expanded(tensor, observed, known)
                    .ifPresent(range -> ranges.add(new DynamicRange(tensor, range.threshold()))));
    return DynamicRanges.of(ranges);
  }

  private Optional<DynamicRange> expanded(
      String tensor, DynamicRanges observed, Map<String, Optional<DynamicRange>> known) {
    Optional<String> at = Optional.of(tensor);
    Set<String> seen = new HashSet<>();
    while (at.isPresent()
        && observed.find(at.get()).isEmpty()
        && !known.containsKey(at.get())
        && seen.add(at.get())) {
      String here = at.get();
      Optional<Node> passing =
          model
              .producer(here)
              .filter(
                  node -> OperatorTraits.of(node).carriesValuesTo(node.outputs().indexOf(here)));
      at =
          passing.isPresent()
              ? Optional.of(passing.get().inputs().get(0))
              : fusedReader(here).map(Node::output);
    }
    Optional<DynamicRange> found =
        at.flatMap(
            source -> observed.find(source).or(() -> known.getOrDefault(source, Optional.empty())));
    known.put(tensor, found);
    return found;
  }

  /** The reader that makes a tensor a matter of its own, which no engine stores. */
  private Optional<Node> fusedReader(String tensor) {
    List<Node> readers = model.consumers(tensor);
    if (readers.size() != 1 || model.isOutput(tensor)) {
      return Optional.empty();
    }
    Node reader = readers.get(0);
    boolean folded = model.producer(tensor).isPresent() && simple.producer(tensor).isEmpty();
    // Older operator sets hold a Clip's bounds in attributes; the simplified graph has none of
    // them.
    boolean rectifies =
        simple
            .producer(reader.output())
            .flatMap(node -> Rectifier.of(simple, node))
            .filter(rectifier -> rectifier.node().inputs().get(0).equals(tensor))
            .isPresent();
    return folded || rectifies ? Optional.of(reader) : Optional.empty();
  }

  /**
   * Makes a calibration table, to be used in place of a calibration.
   *
   * <p>A tensor that cannot be negative (behind ReLU) becomes {@link IntegerType#UINT8}, scale
   * T/255, any other one {@link IntegerType#INT8}, scale T/127. The counts are 0: nothing was
   * observed. Entries for tensors that the model does not have are left out.
   *
   * @param ranges the ranges; one that is missing may be that of a tensor of the same values, in
   *     front of or behind MaxPool, Flatten, Dropout and the like
   * @param origin where they come from, for the provenance
   * @return the table
   * @throws IllegalArgumentException if a tensor that is to run in integers has no range, or one
   *     beyond float32; the message names the first such tensor, and similar names of the table
   */
  public CalibrationTable toTable(DynamicRanges ranges, String origin) {
    List<String> missing = missing(ranges);
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected a range for each of the %s tensors that model '%s' quantizes, found none for %s of them in %s, the first is '%s'; nearest names: %s"
              .formatted(
                  needed.size(),
                  model.name(),
                  missing.size(),
                  origin,
                  missing.get(0),
                  ranges.nearest(missing.get(0))));
    }
    Set<String> nonNegative = NonNegativeTensors.of(simple);
    List<TensorCalibration> entries =
        needed.stream()
            .map(
                tensor ->
                    entry(
                        tensor,
                        range(tensor, ranges).orElseThrow().threshold(),
                        nonNegative.contains(tensor) ? IntegerType.UINT8 : IntegerType.INT8))
            .toList();
    StatisticsSource here = StatisticsSource.here(model, UNKNOWN);
    return CalibrationTable.of(
        entries,
        Provenance.builder(here.model(), here.modelSha256())
            .withPreprocessing(here.preprocessing())
            .withMethod(origin)
            .withLibrary(here.library())
            .withEngine(here.engine())
            .withProcessor(here.processor(), here.instructionSet())
            .withScalesSha256(Optional.of(CalibrationTable.scalesSha256(entries)))
            .build());
  }

  /**
   * Returns the tensors that {@link #toTable} would miss.
   *
   * @param ranges the ranges
   * @return their names, in the order in which the graph makes them; empty if all are there
   */
  public List<String> missing(DynamicRanges ranges) {
    return needed.stream().filter(tensor -> range(tensor, ranges).isEmpty()).toList();
  }

  private static TensorCalibration entry(String tensor, double threshold, IntegerType type) {
    QuantizationParameters parameters;
    try {
      parameters = QuantizationParameters.symmetric(type, threshold);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " for tensor '" + tensor + "'", e);
    }
    return TensorCalibration.builder(tensor, threshold, parameters).build();
  }

  private Optional<DynamicRange> range(String tensor, DynamicRanges ranges) {
    return ranges
        .find(tensor)
        .or(() -> along(tensor, ranges, this::before))
        .or(() -> along(tensor, ranges, this::behind));
  }

  /** The first range in one direction. */
  private static Optional<DynamicRange> along(
      String tensor, DynamicRanges ranges, Function<String, Stream<String>> neighbors) {
    // Depth first, in the neighbors' order; graphs may be deeper than the stack.
    Deque<String> ahead = new ArrayDeque<>(neighbors.apply(tensor).toList());
    while (!ahead.isEmpty()) {
      String next = ahead.remove();
      Optional<DynamicRange> found = ranges.find(next);
      if (found.isPresent()) {
        return found;
      }
      Lists.reverse(neighbors.apply(next).toList()).forEach(ahead::addFirst);
    }
    return Optional.empty();
  }

  private Stream<String> before(String tensor) {
    return model
        .producer(tensor)
        .filter(node -> node.output().equals(tensor) && OperatorTraits.of(node).passesValues())
        .stream()
        .map(node -> node.inputs().get(0));
  }

  private Stream<String> behind(String tensor) {
    return model.consumers(tensor).stream()
        .filter(node -> OperatorTraits.of(node).passesValues())
        .filter(node -> node.inputs().get(0).equals(tensor))
        .map(Node::output);
  }
}
