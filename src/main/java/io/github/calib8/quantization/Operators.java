package io.github.calib8.quantization;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.FloatTensors;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.onnx.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the operators of a graph mean to quantization. */
final class Operators {
  private static final int MATRIX_RANK = 2;

  private static final String CONSTANT = "it makes a constant";

  private final OnnxModel model;
  private final Set<String> floats;

  /** What is computed of the values of the model's inputs, and not of their sizes alone. */
  private final Set<String> activations = new HashSet<>();

  /** What the values of each tensor that only passes some on come from. */
  private final Map<String, String> sources = new HashMap<>();

  Operators(OnnxModel model) {
    this.model = model;
    this.floats = FloatTensors.of(model);
    model.inputs().forEach(input -> activations.add(input.name()));
    for (Node node : model.nodes()) {
      OperatorTraits traits = OperatorTraits.of(node);
      if (traits.kind() != OperatorKind.QUESTION
          && node.reads().stream().anyMatch(activations::contains)) {
        activations.addAll(node.outputs());
      }
      if (isPassThrough(node)) {
        String source = source(node.inputs().get(0));
        node.outputs().forEach(output -> sources.put(output, source));
      }
    }
  }

  /** Whether a tensor depends on the model's input. */
  boolean isVariable(String tensor) {
    return model.producer(tensor).isPresent()
        || model.inputs().stream().anyMatch(input -> input.name().equals(tensor));
  }

  /** Whether the outputs hold values of the first input only, and so have its scale. */
  boolean isPassThrough(Node node) {
    return OperatorTraits.of(node).carriesValues()
        && node.input(0).filter(this::isVariable).isPresent();
  }

  /** Whether a tensor holds single-precision numbers: shapes are computed in graphs, too. */
  boolean isFloat(String tensor) {
    return floats.contains(tensor);
  }

  /** The tensor whose scale a tensor has: the tensor itself, or what its values come from. */
  String source(String tensor) {
    return sources.getOrDefault(tensor, tensor);
  }

  /** An Add of two activations: a residual connection, not a bias. */
  boolean isResidual(Node node) {
    return is(node, OperatorKind.ADDITION) && dataInputs(node).size() == 2;
  }

  boolean is(Node node, OperatorKind kind) {
    return OperatorTraits.of(node).kind() == kind;
  }

  /** A convolution or matrix product with constant weights in a form that has an integer kernel. */
  boolean isWeighted(Node node) {
    OperatorKind kind = OperatorTraits.of(node).kind();
    return (kind == OperatorKind.CONVOLUTION || kind == OperatorKind.MATRIX_PRODUCT)
        && obstacle(node).isEmpty();
  }

  /** Why no integer kernel can run a node even if its inputs are integers; empty if one can. */
  Optional<String> obstacle(Node node) {
    return switch (OperatorTraits.of(node).kind()) {
      case CONVOLUTION, MATRIX_PRODUCT -> obstacleOfProduct(node);
      case CONCATENATION -> Optional.empty();
      case AVERAGE_POOLING ->
          OperatorTraits.of(node).hasGaps(node)
              ? Optional.of("its window has gaps (dilations)")
              : Optional.empty();
      case MAX_POOLING, REARRANGEMENT, SELECTION ->
          isPassThrough(node) ? Optional.empty() : Optional.of(CONSTANT);
      case ADDITION ->
          dataInputs(node).size() == 2 ? Optional.empty() : Optional.of("it adds a constant");
      case ARITHMETIC, FUNCTION -> obstacleOfElementwise(node);
      default -> Optional.of(withoutKernel(node));
    };
  }

  private Optional<String> obstacleOfElementwise(Node node) {
    if (!IntegerKernels.has(node)) {
      return Optional.of(withoutKernel(node));
    }
    List<String> data = OperatorTraits.of(node).dataInputs(node);
    return activations.containsAll(data)
        ? Optional.empty()
        : Optional.of("one of its operands is a constant");
  }

  private static String withoutKernel(Node node) {
    return node.opType() + " has no integer kernel";
  }

  private Optional<String> obstacleOfProduct(Node node) {
    OperatorTraits traits = OperatorTraits.of(node);
    if (node.input(0).filter(this::isVariable).isEmpty()) {
      return Optional.of(CONSTANT);
    }
    if (traits.weights(node).isEmpty()) {
      return Optional.of(withoutKernel(node));
    }
    Optional<Tensor> weights = weights(node);
    if (weights.isEmpty()) {
      return Optional.of("its weights are no float32 constants");
    }
    if (traits.kind() == OperatorKind.MATRIX_PRODUCT
        && weights.orElseThrow().dims().size() != MATRIX_RANK) {
      return Optional.of("its weights are no matrix: " + weights.orElseThrow().dims());
    }
    if (!traits.isPlainProduct(node)) {
      return Optional.of("it transposes or scales its operands");
    }
    return hasConstantBias(node)
        ? Optional.empty()
        : Optional.of("its bias is not one float32 constant a channel");
  }

  private Optional<Tensor> weights(Node node) {
    return OperatorTraits.of(node)
        .weights(node)
        .map(model.initializers()::get)
        .filter(weights -> weights.type() == DataType.FLOAT);
  }

  private boolean hasConstantBias(Node node) {
    Optional<String> bias = OperatorTraits.of(node).bias(node);
    return bias.map(model.initializers()::get)
        .map(values -> values.type() == DataType.FLOAT && isOneAChannel(values, node))
        .orElse(bias.isEmpty());
  }

  /** Gemm also takes one value for all channels, or a row for each image. */
  private boolean isOneAChannel(Tensor bias, Node node) {
    List<Long> weights = weights(node).orElseThrow().dims();
    return bias.dims().equals(List.of(weights.get(channelAxis(node))));
  }

  /** The axis of the weights that counts output channels. */
  static int channelAxis(Node node) {
    return OperatorTraits.of(node).channelAxis(node);
  }

  /** The kernel computes new values and so may store them in any scale. */
  boolean isRequantizing(Node node) {
    return obstacle(node).isEmpty() && !isPassThrough(node);
  }

  /** The inputs that are activations. */
  List<String> dataInputs(Node node) {
    return OperatorTraits.of(node).dataInputs(node).stream()
        .filter(input -> !model.initializers().containsKey(input))
        .toList();
  }

  /** The only reader of a tensor, if there is one and the tensor is no output of the model. */
  Optional<Node> onlyConsumer(String tensor) {
    List<Node> consumers = model.consumers(tensor);
    return consumers.size() == 1 && !model.isOutput(tensor)
        ? Optional.of(consumers.get(0))
        : Optional.empty();
  }

  /** The rectifier right behind a node, if nothing else reads the node's output. */
  Optional<Rectifier> rectifierBehind(Node node) {
    return onlyConsumer(node.output()).flatMap(next -> Rectifier.of(model, next));
  }
}
