package io.github.calib8.quantization;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Internal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tensors of a model need a scale: those that a planner may ask for.
 *
 * <p>They are what the operators that can run in INT8 read: the data of convolutions and matrix
 * products; both inputs of a residual Add, what functions and products with an integer kernel read
 * and make; the inputs and the output of Concat; the inputs of pooling. A convolution's integer
 * kernel stores integers, so its output needs a scale whatever reads it: behind its rectifier if it
 * has one. So a convolution's output in front of a ReLU is none, nor are logits, and the output of
 * Softmax.
 *
 * <p>What {@linkplain OperatorTraits#passesValues passes values through} passes its input's scale:
 * the table has an entry for the tensor that goes in, none for the one that comes out. Whoever
 * looks for the scale of a tensor follows such operators backwards.
 *
 * <p>The output of a Concat holds the very values of its inputs, so its histogram is the sum of
 * theirs, and it is not observed at all.
 *
 * <p>Immutable and thread-safe.
 */
@Internal
public final class ObservationPoints {
  private final OnnxModel model;
  private final Operators operators;
  private final List<String> tensors;
  private final Map<String, List<String>> concatenations = new LinkedHashMap<>();

  private ObservationPoints(OnnxModel model) {
    this.model = model;
    this.operators = new Operators(model);
    Set<String> wanted = new LinkedHashSet<>();
    model.nodes().forEach(node -> wanted.addAll(wantedBy(node)));
    this.tensors = inOrder(wanted);
    for (String tensor : tensors) {
      partsOf(tensor, wanted).ifPresent(parts -> concatenations.put(tensor, parts));
    }
  }

  /** Finds the tensors of a simplified model of one input. */
  static ObservationPoints of(OnnxModel model) {
    return new ObservationPoints(model);
  }

  /**
   * The graph that is observed.
   *
   * @return the FP32 model as it is rewritten for the target; its tensors have the names of the
   *     model that the user gave
   */
  public OnnxModel model() {
    return model;
  }

  /**
   * All tensors that need a scale.
   *
   * @return their names, in the order in which the graph makes them, its input first
   */
  public List<String> tensors() {
    return tensors;
  }

  /**
   * The tensors that the engine must hand out: not the input, and no sum of others.
   *
   * @return their names, in the order of {@link #tensors}
   */
  public List<String> fetched() {
    return tensors.stream()
        .filter(tensor -> model.producer(tensor).isPresent())
        .filter(tensor -> !concatenations.containsKey(tensor))
        .toList();
  }

  /**
   * The tensors that hold the very values of others.
   *
   * @return the tensors that make up each, in an order in which they can be summed
   */
  public Map<String, List<String>> concatenations() {
    return new LinkedHashMap<>(concatenations);
  }

  /**
   * The graph to run.
   *
   * @return the model with {@link #fetched} as outputs, without the nodes that these do not need
   */
  public OnnxModel observedModel() {
    List<ValueInfo> outputs =
        fetched().stream().map(tensor -> new ValueInfo(tensor, DataType.FLOAT, List.of())).toList();
    // A graph needs an output even where the input is all there is to see.
    return outputs.isEmpty() ? model : model.edit().outputs(outputs).build();
  }

  private List<String> wantedBy(Node node) {
    List<String> wanted = new ArrayList<>(readBy(node).stream().map(operators::source).toList());
    if (operators.is(node, OperatorKind.CONCATENATION)) {
      wanted.add(node.output());
    }
    if (hasElementwiseKernel(node)) {
      wantedBehind(node).ifPresent(wanted::add);
    }
    if (operators.is(node, OperatorKind.CONVOLUTION)) {
      wantedBehind(node).ifPresent(wanted::add);
    }
    wanted.removeIf(tensor -> !operators.isFloat(tensor));
    return wanted;
  }

  /** The activations that a node would read as integers. */
  private List<String> readBy(Node node) {
    OperatorTraits traits = OperatorTraits.of(node);
    List<String> data = traits.dataInputs(node);
    List<String> variable = data.stream().filter(operators::isVariable).toList();
    return switch (traits.kind()) {
      case CONVOLUTION,
          TRANSPOSED_CONVOLUTION,
          MATRIX_PRODUCT,
          CONCATENATION,
          AVERAGE_POOLING,
          MAX_POOLING ->
          variable;
      // With a constant it is a bias, not a residual connection.
      case ADDITION -> variable.equals(data) ? data : List.of();
      default -> hasElementwiseKernel(node) ? data : List.of();
    };
  }

  private boolean hasElementwiseKernel(Node node) {
    return IntegerKernels.has(node) && operators.obstacle(node).isEmpty();
  }

  /** What a kernel makes, its rectifier included, where it is not the end of the model. */
  private Optional<String> wantedBehind(Node kernel) {
    String made = kernel.output();
    List<Node> readers = model.consumers(made);
    if (readers.size() == 1 && Rectifier.of(model, readers.get(0)).isPresent()) {
      String rectified = readers.get(0).output();
      if (isEnd(rectified)) {
        return Optional.empty();
      }
      // An output of the model that others read, too, is no integers: its rectifier stays.
      made = model.isOutput(rectified) ? made : rectified;
    }
    return isEnd(made) ? Optional.empty() : Optional.of(made);
  }

  /** Whether nothing but what may follow logits stands between a tensor and the model's output. */
  private boolean isEnd(String tensor) {
    Deque<String> ahead = new ArrayDeque<>(List.of(tensor));
    Set<String> seen = new HashSet<>();
    while (!ahead.isEmpty()) {
      for (Node reader : model.consumers(ahead.remove())) {
        OperatorTraits traits = OperatorTraits.of(reader);
        if (!traits.followsLogits()) {
          return false;
        }
        if (traits.kind() != OperatorKind.QUESTION) {
          reader.outputs().stream().filter(seen::add).forEach(ahead::add);
        }
      }
    }
    return true;
  }

  /**
   * Whether one concatenation holds what others do, each value as often: MaxPool leaves some out.
   */
  private Optional<List<String>> partsOf(String tensor, Set<String> wanted) {
    return model
        .producer(tensor)
        .filter(node -> operators.is(node, OperatorKind.CONCATENATION))
        .map(concat -> concat.inputs().stream().map(this::rearranged).toList())
        .filter(wanted::containsAll);
  }

  /** The tensor that a tensor holds the very values of, each as often. */
  private String rearranged(String tensor) {
    String source = tensor;
    Optional<Node> producer = model.producer(source);
    while (producer.isPresent()
        && operators.is(producer.get(), OperatorKind.REARRANGEMENT)
        && operators.isPassThrough(producer.get())) {
      source = producer.get().inputs().get(0);
      producer = model.producer(source);
    }
    return source;
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
