package io.github.calib8.calibration;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.FloatTensors;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tensors of a simplified model need a scale.
 *
 * <p>They are what the operators that can run in INT8 read: the inputs of Conv, ConvTranspose, Gemm
 * and MatMul; both inputs of a residual Add; the inputs and the output of Concat; the inputs of
 * pooling and LRN. A convolution's integer kernel stores integers, so its output needs a scale
 * whatever reads it: behind its rectifier if it has one. So a convolution's output in front of a
 * ReLU is none, nor are the insides of LRN, logits, and the output of Softmax.
 *
 * <p>MaxPool, Flatten, Reshape and their like pass values through, and so their input's scale: the
 * table has an entry for the tensor that goes in, none for the one that comes out. Whoever looks
 * for the scale of a tensor follows such operators backwards.
 *
 * <p>The output of a Concat holds the very values of its inputs, so its histogram is the sum of
 * theirs, and it is not observed at all.
 */
final class ObservationPoints {
  private static final Set<String> FIRST_INPUT =
      Set.of("Conv", "ConvTranspose", "Gemm", "AveragePool", "GlobalAveragePool", "MaxPool", "LRN");
  private static final Set<String> ALL_INPUTS = Set.of("MatMul", "Add", "Sum", "Concat");

  /** Their output holds the values of their first input, each as often. */
  private static final Set<String> SAME_VALUES =
      Set.of("Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Identity", "Dropout");

  /** What may follow a convolution that makes logits. */
  private static final Set<String> FINAL =
      Set.of("Softmax", "LogSoftmax", "ArgMax", "Shape", "Flatten", "Reshape", "Squeeze");

  private final OnnxModel model;
  private final Set<String> floats;
  private final List<String> tensors;
  private final Map<String, List<String>> concatenations = new LinkedHashMap<>();

  private ObservationPoints(OnnxModel model) {
    this.model = model;
    this.floats = FloatTensors.of(model);
    Set<String> wanted = new LinkedHashSet<>();
    for (Node node : model.nodes()) {
      if (node.domain().isEmpty()) {
        wanted.addAll(wantedBy(node));
      }
    }
    this.tensors = inOrder(wanted);
    for (String tensor : tensors) {
      partsOf(tensor, wanted).ifPresent(parts -> concatenations.put(tensor, parts));
    }
  }

  /**
   * Finds the tensors.
   *
   * @param model a model of one input
   */
  static ObservationPoints of(OnnxModel model) {
    return new ObservationPoints(model);
  }

  /** All of them, in the order in which the graph makes them, its input first. */
  List<String> tensors() {
    return tensors;
  }

  /** Those that the engine must hand out: not the input, and no sum of others. */
  List<String> fetched() {
    return tensors.stream()
        .filter(tensor -> model.producer(tensor).isPresent())
        .filter(tensor -> !concatenations.containsKey(tensor))
        .toList();
  }

  /** The tensors that make up another one, in an order in which they can be summed. */
  Map<String, List<String>> concatenations() {
    return concatenations;
  }

  /** Those that hold one image behind the other; any layout within an image will do. */
  Set<String> divided() {
    return DividedTensors.of(model);
  }

  /** Whether a node's first output holds values of its first input only, and so takes its scale. */
  static boolean passesThrough(Node node) {
    return node.domain().isEmpty()
        && (SAME_VALUES.contains(node.opType()) || node.is("MaxPool"))
        && node.input(0).isPresent();
  }

  /** The model with {@link #fetched} as outputs, without the nodes that these do not need. */
  OnnxModel observedModel() {
    List<ValueInfo> outputs =
        fetched().stream().map(tensor -> new ValueInfo(tensor, DataType.FLOAT, List.of())).toList();
    // A graph needs an output even where the input is all there is to see.
    return outputs.isEmpty() ? model : model.edit().outputs(outputs).build();
  }

  private List<String> wantedBy(Node node) {
    List<String> wanted = new ArrayList<>();
    if (FIRST_INPUT.contains(node.opType())) {
      wanted.add(node.inputs().get(0));
    } else if (ALL_INPUTS.contains(node.opType()) && !addsConstant(node)) {
      wanted.addAll(node.inputs());
    }
    List<String> sources =
        new ArrayList<>(
            wanted.stream().filter(this::isVariable).map(tensor -> source(tensor, true)).toList());
    if (node.is("Concat")) {
      sources.add(node.output());
    }
    if (node.is("Conv")) {
      wantedBehind(node).ifPresent(sources::add);
    }
    sources.removeIf(tensor -> !floats.contains(tensor));
    return sources;
  }

  /** What a convolution makes, its rectifier included, where it is not the end of the model. */
  private Optional<String> wantedBehind(Node convolution) {
    String made = convolution.output();
    List<Node> readers = model.consumers(made);
    if (readers.size() == 1 && Rectifier.of(model, readers.get(0)).isPresent()) {
      made = readers.get(0).output();
      readers = model.consumers(made);
    }
    return readers.stream().allMatch(reader -> FINAL.contains(reader.opType()))
        ? Optional.empty()
        : Optional.of(made);
  }

  /** A bias, not a residual connection. */
  private boolean addsConstant(Node node) {
    return !node.is("Concat")
        && !node.is("MatMul")
        && !node.inputs().stream().allMatch(this::isVariable);
  }

  private boolean isVariable(String tensor) {
    return model.producer(tensor).isPresent() || model.input().name().equals(tensor);
  }

  /** Follows the operators that pass values through, MaxPool among them or not. */
  private String source(String tensor, boolean throughMaxPool) {
    String source = tensor;
    Optional<Node> producer = model.producer(source);
    while (producer.isPresent() && passesThrough(producer.get(), throughMaxPool)) {
      source = producer.get().inputs().get(0);
      producer = model.producer(source);
    }
    return source;
  }

  private boolean passesThrough(Node node, boolean throughMaxPool) {
    return passesThrough(node)
        && (throughMaxPool || !node.is("MaxPool"))
        && isVariable(node.inputs().get(0));
  }

  private Optional<List<String>> partsOf(String tensor, Set<String> wanted) {
    Optional<Node> producer = model.producer(tensor).filter(node -> node.is("Concat"));
    return producer
        .map(concat -> concat.inputs().stream().map(input -> source(input, false)).toList())
        .filter(wanted::containsAll);
  }

  private List<String> inOrder(Set<String> wanted) {
    List<String> ordered = new ArrayList<>();
    if (wanted.contains(model.input().name())) {
      ordered.add(model.input().name());
    }
    model.nodes().stream()
        .flatMap(node -> node.outputs().stream())
        .filter(wanted::contains)
        .forEach(ordered::add);
    return List.copyOf(ordered);
  }
}
