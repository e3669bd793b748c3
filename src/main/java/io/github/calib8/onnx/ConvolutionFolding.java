package io.github.calib8.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Folds what scales and shifts each output channel of a convolution into its weights:
 * BatchNormalization, and multiplication by or addition of a constant per channel (Caffe's Scale).
 *
 * <p>With {@code y = a * conv(x, W, b) + c} the new weights are {@code a * W} and the new bias
 * {@code a * b + c}, computed in double precision.
 *
 * @see <a
 *     href="https://onnx.ai/onnx/operators/onnx__BatchNormalization.html">BatchNormalization</a>
 */
final class ConvolutionFolding {
  private ConvolutionFolding() {}

  /** What happens to each channel: times {@code factor}, plus {@code summand}. */
  record Affine(double[] factor, double[] summand) {}

  static OnnxModel apply(OnnxModel model) {
    GraphBuilder builder = model.edit();
    for (Node node : model.nodes()) {
      convolutionBefore(builder, node).ifPresent(conv -> fold(builder, conv, node));
    }
    return builder.build();
  }

  /** The convolution whose only reader is the given node, if its weights are constants. */
  private static Optional<Node> convolutionBefore(GraphBuilder builder, Node node) {
    return node.inputs().stream()
        .filter(builder::isMade)
        .map(builder::producer)
        .filter(
            conv ->
                conv.is("Conv")
                    && builder.consumers(conv.output()).size() == 1
                    && !builder.isOutput(conv.output())
                    && isFloat(builder, conv.inputs().get(1))
                    && (conv.input(2).isEmpty() || isFloat(builder, conv.inputs().get(2))))
        .findFirst();
  }

  private static boolean isFloat(GraphBuilder builder, String tensor) {
    return builder.constant(tensor).filter(c -> c.type() == DataType.FLOAT).isPresent();
  }

  private static void fold(GraphBuilder builder, Node conv, Node next) {
    Tensor weights = builder.constant(conv.inputs().get(1)).orElseThrow();
    int channels = Math.toIntExact(weights.dims().get(0));
    affine(builder, conv, next, channels, weights.dims().size())
        .ifPresent(affine -> replace(builder, conv, next, weights, affine));
  }

  private static Optional<Affine> affine(
      GraphBuilder builder, Node conv, Node next, int channels, int rank) {
    if (next.is("BatchNormalization")) {
      return batchNormalization(builder, next, channels);
    }
    if (!next.is("Mul") && !next.is("Add")) {
      return Optional.empty();
    }
    String other = next.inputs().get(next.inputs().get(0).equals(conv.output()) ? 1 : 0);
    return builder
        .constant(other)
        .flatMap(constant -> perChannel(constant, channels, rank))
        .map(
            values ->
                next.is("Mul")
                    ? new Affine(values, new double[channels])
                    : new Affine(filled(channels, 1), values));
  }

  static Optional<Affine> batchNormalization(GraphBuilder builder, Node node, int channels) {
    if (node.outputs().stream().skip(1).anyMatch(builder::isRead)
        || node.intAttribute("training_mode", 0) != 0) {
      return Optional.empty();
    }
    List<float[]> parameters = new ArrayList<>();
    for (String input : node.inputs().subList(1, 5)) {
      if (!isFloat(builder, input)
          || builder.constant(input).orElseThrow().elements() != channels) {
        return Optional.empty();
      }
      parameters.add(builder.constant(input).orElseThrow().toFloats());
    }
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    double[] factor = new double[channels];
    double[] summand = new double[channels];
    for (int c = 0; c < channels; c++) {
      double mean = parameters.get(2)[c];
      double variance = parameters.get(3)[c];
      factor[c] = parameters.get(0)[c] / Math.sqrt(variance + epsilon);
      summand[c] = parameters.get(1)[c] - mean * factor[c];
    }
    return Optional.of(new Affine(factor, summand));
  }

  /** One value for every channel from a constant of dimensions [C,1,1], [1,C,1,1], [1] or none. */
  private static Optional<double[]> perChannel(Tensor constant, int channels, int rank) {
    if (constant.type() != DataType.FLOAT) {
      return Optional.empty();
    }
    float[] values = constant.toFloats();
    if (values.length == 1 && constant.dims().size() <= rank) {
      return Optional.of(filled(channels, values[0]));
    }
    int channelAxis = constant.dims().size() - (rank - 1);
    boolean oneAChannel =
        values.length == channels
            && (channelAxis == 0 || channelAxis == 1)
            && constant.dims().get(channelAxis) == channels;
    if (!oneAChannel) {
      return Optional.empty();
    }
    double[] wide = new double[channels];
    for (int c = 0; c < channels; c++) {
      wide[c] = values[c];
    }
    return Optional.of(wide);
  }

  private static double[] filled(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }

  private static void replace(
      GraphBuilder builder, Node conv, Node next, Tensor weights, Affine affine) {
    int channels = affine.factor().length;
    float[] w = weights.toFloats();
    int perChannel = w.length / channels;
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) (w[i] * affine.factor()[i / perChannel]);
    }
    float[] b =
        conv.input(2)
            .map(bias -> builder.constant(bias).orElseThrow().toFloats())
            .orElse(new float[channels]);
    for (int c = 0; c < channels; c++) {
      b[c] = (float) (b[c] * affine.factor()[c] + affine.summand()[c]);
    }
    String newWeights =
        builder.initializer(
            Tensor.floats(builder.uniqueName(weights.name() + "_folded"), weights.dims(), w));
    String biasName = conv.input(2).orElse(conv.output() + "_bias");
    String newBias =
        builder.initializer(
            Tensor.floats(builder.uniqueName(biasName + "_folded"), List.of((long) channels), b));
    builder.remove(conv).remove(next);
    builder.node(
        new Node(
            conv.name(),
            "Conv",
            "",
            List.of(conv.inputs().get(0), newWeights, newBias),
            List.of(next.output()),
            conv.attributes()));
  }
}
