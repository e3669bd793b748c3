package io.github.calib8.quantization;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Tensor;
import java.util.List;

/**
 * What the nodes of a graph cost for an image, in nanoseconds: {@link KernelCosts} times {@link
 * TensorSizes}. What costs the same in integers and in floating point costs nothing here. Immutable
 * and thread-safe.
 */
final class KernelTimes {
  private static final int WIDE = 3;
  private static final int LEAST_WIDTH = 4;
  private static final int MOST_WIDTH = 64;

  /** What a layer in another layout than its neighbor's costs a value, on average. */
  private final double relayout;

  private final OnnxModel model;
  private final Operators operators;
  private final TensorSizes sizes;
  private final KernelCosts costs;

  KernelTimes(OnnxModel model, Operators operators, TensorSizes sizes, KernelCosts costs) {
    this.model = model;
    this.operators = operators;
    this.sizes = sizes;
    this.costs = costs;
    this.relayout = costs.of("relayout");
  }

  /** From floating point to integers. */
  double quantize(String tensor) {
    return sizes.of(tensor) * (costs.of("quantize") + relayout);
  }

  /** From integers to floating point, for one reader. */
  double dequantize(String tensor, Node reader) {
    double time = sizes.of(tensor) * (costs.of("dequantize") + relayout);
    // Behind two DequantizeLinear, the engine no longer sees that the two are one function.
    return isGate(reader)
        ? time
            + sizes.of(tensor)
                * (costs.of("sigmoid.float") + costs.of("mul.same.float") - costs.of("silu.float"))
        : time;
  }

  /** The kernel itself. */
  double of(Node node, NodePrecision precision) {
    double made = sizes.of(node.output());
    return switch (OperatorTraits.of(node).kind()) {
      case CONVOLUTION -> convolution(node, precision);
      case MATRIX_PRODUCT -> matrixProduct(node, precision);
      case ADDITION -> made * costs.of("add." + operand(node), precision);
      case ARITHMETIC ->
          precision == NodePrecision.FLOAT && gateOf(node)
              ? 0
              : made * costs.of("mul." + operand(node), precision);
      case FUNCTION -> made * function(node, precision);
      case AVERAGE_POOLING ->
          hasWindow(node)
              ? made * window(node) * costs.of("averagePool", precision)
              : node.input(0).map(sizes::of).orElse(0.0) * costs.of("mean", precision);
      case CONCATENATION -> made * costs.of("concat", precision);
      default -> 0;
    };
  }

  /**
   * What it costs that integers are maxima of what a kernel on floating point made: only behind
   * kernels on integers are the channels last, where maxima are cheap.
   */
  double unsuitedMaxima(Node node) {
    return operators.is(node, OperatorKind.MAX_POOLING)
        ? sizes.of(node.output()) * window(node) * costs.of("maxPool.alone")
        : 0;
  }

  private static boolean hasWindow(Node pooling) {
    return !pooling.intsAttribute("kernel_shape", List.of()).isEmpty();
  }

  private static long window(Node pooling) {
    return pooling.intsAttribute("kernel_shape", List.of()).stream()
        .reduce(1L, Math::multiplyExact);
  }

  private double function(Node node, NodePrecision precision) {
    if (precision == NodePrecision.FLOAT && isGate(node)) {
      return costs.of("silu.float");
    }
    return costs.of(OperatorTraits.of(node).isNeverNegative() ? "sigmoid" : "leakyRelu", precision);
  }

  /** A function whose product with its own input the engine computes at once: x sigmoid(x). */
  private boolean isGate(Node node) {
    return IntegerKernels.has(node)
        && OperatorTraits.of(node).isNeverNegative()
        && OperatorTraits.of(node).keepsShape()
        && operators.onlyConsumer(node.output()).filter(this::gateOf).isPresent();
  }

  private boolean gateOf(Node product) {
    List<String> factors = operators.dataInputs(product);
    return IntegerKernels.has(product)
        && factors.size() == 2
        && (isGateOf(factors.get(0), factors.get(1)) || isGateOf(factors.get(1), factors.get(0)));
  }

  private boolean isGateOf(String gate, String input) {
    return model
        .producer(gate)
        .filter(node -> IntegerKernels.has(node) && OperatorTraits.of(node).isNeverNegative())
        .filter(node -> node.inputs().get(0).equals(input))
        .isPresent();
  }

  private String operand(Node node) {
    List<String> data = operators.dataInputs(node);
    return sizes.of(data.get(0)) == sizes.of(data.get(1)) ? "same" : "channels";
  }

  private double convolution(Node node, NodePrecision precision) {
    List<Long> dims = weights(node).dims();
    double made = sizes.of(node.output());
    double read = node.input(0).map(sizes::of).orElse(0.0);
    long window = dims.subList(2, dims.size()).stream().reduce(1L, Math::multiplyExact);
    return costs.ofProduct(
        kind(node, dims, window), precision, made * dims.get(1) * window, made + read);
  }

  private static String kind(Node node, List<Long> dims, long window) {
    if (node.intAttribute("group", 1) == 1) {
      return window == 1 ? "pointwise" : "spatial";
    }
    if (dims.get(1) == 1 && dims.get(0) > node.intAttribute("group", 1)) {
      return "multiplied";
    }
    if (dims.get(1) > 1) {
      return "grouped" + measuredWidth(dims.get(1));
    }
    return dims.get(dims.size() - 1) > WIDE ? "depthwiseWide" : "depthwise";
  }

  /** The nearest number of channels a group that was measured: a power of two. */
  private static long measuredWidth(long channels) {
    long power = Long.highestOneBit(channels);
    long nearest = channels * channels > 2 * power * power ? 2 * power : power;
    return Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, nearest));
  }

  private double matrixProduct(Node node, NodePrecision precision) {
    Tensor weights = weights(node);
    double read = node.input(0).map(sizes::of).orElse(0.0);
    int axis = Operators.channelAxis(node);
    long made = weights.dims().get(axis);
    long each = weights.dims().get(1 - axis);
    return costs.ofProduct("matrix", precision, read * made, read + read / each * made);
  }

  private Tensor weights(Node node) {
    String name = OperatorTraits.of(node).weights(node).orElseThrow();
    Tensor weights = model.initializers().get(name);
    if (weights == null) {
      throw new IllegalStateException("Expected constant weights, found '" + name + "'");
    }
    return weights;
  }
}
