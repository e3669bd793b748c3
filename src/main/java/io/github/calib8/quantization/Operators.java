package io.github.calib8.quantization;

import com.google.common.collect.ImmutableSet;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.onnx.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the operators of a graph mean to quantization. */
final class Operators {
  /** The output holds values of the first input only, so that it has the same scale. */
  private static final Set<String> PASS_THROUGH =
      ImmutableSet.of("MaxPool", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose");

  private static final Set<String> POOLING = ImmutableSet.of("AveragePool", "GlobalAveragePool");

  private final OnnxModel model;

  Operators(OnnxModel model) {
    this.model = model;
  }

  boolean isPassThrough(Node node) {
    return node.domain().isEmpty() && PASS_THROUGH.contains(node.opType());
  }

  /** The tensor whose scale a tensor has: the tensor itself, or what its values come from. */
  String source(String tensor) {
    return model
        .producer(tensor)
        .filter(this::isPassThrough)
        .map(node -> source(node.inputs().get(0)))
        .orElse(tensor);
  }

  /** An Add of two activations: a residual connection, not a bias. */
  boolean isResidual(Node node) {
    return node.is("Add") && dataInputs(node).size() == 2;
  }

  /** Conv, Gemm or MatMul with constant weights in a form that has an integer kernel. */
  boolean isWeighted(Node node) {
    if (node.inputs().stream().limit(1).anyMatch(model.initializers()::containsKey)) {
      return false;
    }
    if (node.is("Conv")) {
      return weights(node).isPresent() && hasConstantBias(node);
    }
    if (node.is("Gemm")) {
      return isMatrix(weights(node))
          && hasConstantBias(node)
          && node.intAttribute("transA", 0) == 0
          && node.floatAttribute("alpha", 1) == 1
          && node.floatAttribute("beta", 1) == 1;
    }
    return node.is("MatMul") && isMatrix(weights(node));
  }

  private static boolean isMatrix(Optional<Tensor> weights) {
    return weights.filter(w -> w.dims().size() == 2).isPresent();
  }

  private Optional<Tensor> weights(Node node) {
    return node.input(1)
        .map(model.initializers()::get)
        .filter(weights -> weights.type() == DataType.FLOAT);
  }

  private boolean hasConstantBias(Node node) {
    return node.input(2)
        .map(bias -> model.initializers().get(bias))
        .map(bias -> bias.type() == DataType.FLOAT && isOneAChannel(bias, node))
        .orElse(node.input(2).isEmpty());
  }

  /** Gemm also takes one value for all channels, or a row for each image. */
  private boolean isOneAChannel(Tensor bias, Node node) {
    List<Long> weights = model.initializers().get(node.inputs().get(1)).dims();
    return bias.dims().equals(List.of(weights.get(channelAxis(node))));
  }

  /** The axis of the weights that counts output channels. */
  static int channelAxis(Node node) {
    boolean channelsFirst = node.is("Conv") || node.intAttribute("transB", 0) == 1;
    return channelsFirst ? 0 : 1;
  }

  /** Whether the operator has an integer kernel, if its inputs are integers. */
  boolean hasIntegerKernel(Node node) {
    return isWeighted(node)
        || isPassThrough(node)
        || node.is("Concat")
        || (node.domain().isEmpty() && POOLING.contains(node.opType()))
        || isResidual(node);
  }

  /** The kernel computes new values and so may store them in any scale. */
  boolean isRequantizing(Node node) {
    return hasIntegerKernel(node) && !isPassThrough(node);
  }

  /** The inputs that are activations. */
  List<String> dataInputs(Node node) {
    List<String> inputs =
        isWeighted(node) || isPassThrough(node) ? node.inputs().subList(0, 1) : node.inputs();
    return inputs.stream().filter(input -> !model.initializers().containsKey(input)).toList();
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
