package io.github.calib8.quantization;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.onnx.Tensor;
import java.util.List;
import java.util.Optional;

/** What the operators of a graph mean to quantization. */
final class Operators {
  private static final int MATRIX_RANK = 2;

  private final OnnxModel model;

  Operators(OnnxModel model) {
    this.model = model;
  }

  /** Whether a tensor depends on the model's input. */
  boolean isVariable(String tensor) {
    return model.producer(tensor).isPresent()
        || model.inputs().stream().anyMatch(input -> input.name().equals(tensor));
  }

  /** Whether the output holds values of the first input only, and so has its scale. */
  boolean isPassThrough(Node node) {
    return OperatorTraits.of(node).passesValues()
        && node.input(0).filter(this::isVariable).isPresent();
  }

  /** The tensor whose scale a tensor has: the tensor itself, or what its values come from. */
  String source(String tensor) {
    String source = tensor;
    Optional<Node> producer = model.producer(source);
    while (producer.isPresent() && isPassThrough(producer.get())) {
      source = producer.get().inputs().get(0);
      producer = model.producer(source);
    }
    return source;
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
    OperatorTraits traits = OperatorTraits.of(node);
    boolean hasKernel =
        switch (traits.kind()) {
          case CONVOLUTION -> weights(node).isPresent();
          case MATRIX_PRODUCT ->
              weights(node).filter(w -> w.dims().size() == MATRIX_RANK).isPresent();
          default -> false;
        };
    return hasKernel
        && !model.initializers().containsKey(node.inputs().get(0))
        && traits.isPlainProduct(node)
        && hasConstantBias(node);
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

  /** Whether the operator has an integer kernel, if its inputs are integers. */
  boolean hasIntegerKernel(Node node) {
    return isWeighted(node)
        || isPassThrough(node)
        || is(node, OperatorKind.CONCATENATION)
        || is(node, OperatorKind.AVERAGE_POOLING)
        || isResidual(node);
  }

  /** The kernel computes new values and so may store them in any scale. */
  boolean isRequantizing(Node node) {
    return hasIntegerKernel(node) && !isPassThrough(node);
  }

  /** The inputs that are activations. */
  List<String> dataInputs(Node node) {
    List<String> inputs = OperatorTraits.of(node).dataInputs(node);
    return (isWeighted(node) ? inputs.subList(0, 1) : inputs)
        .stream().filter(input -> !model.initializers().containsKey(input)).toList();
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
