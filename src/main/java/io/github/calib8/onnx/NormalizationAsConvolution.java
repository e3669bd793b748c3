package io.github.calib8.onnx;

import java.util.List;
import java.util.Map;

/**
 * Turns BatchNormalization that no convolution could take into a convolution of its own, of single
 * pixels and single channels.
 *
 * <p>That is exact, and unlike a multiplication and an addition it has an integer kernel: a weight
 * is the only one of its channel and so the largest integer of its scale, and the sum goes into a
 * bias of 32 bits. A rectifier behind it is part of the kernel.
 *
 * <p>Only for tensors that are known to be [N, C, H, W].
 */
final class NormalizationAsConvolution {
  private NormalizationAsConvolution() {}

  static OnnxModel apply(OnnxModel model) {
    GraphBuilder builder = model.edit();
    ImageTensors images = ImageTensors.of(model);
    for (Node node : model.nodes()) {
      if (node.is("BatchNormalization") && images.contains(node.inputs().get(0))) {
        rewrite(builder, node);
      }
    }
    return builder.build();
  }

  private static void rewrite(GraphBuilder builder, Node node) {
    long channels = node.input(1).flatMap(builder::constant).map(Tensor::elements).orElse(0L);
    if (channels == 0) {
      return;
    }
    ConvolutionFolding.batchNormalization(builder, node, Math.toIntExact(channels))
        .ifPresent(
            affine -> {
              String weights =
                  builder.initializer(
                      Tensor.floats(
                          builder.uniqueName(node.output() + "_factor"),
                          List.of(channels, 1L, 1L, 1L),
                          floats(affine.factor())));
              String bias =
                  builder.initializer(
                      Tensor.floats(
                          builder.uniqueName(node.output() + "_summand"),
                          List.of(channels),
                          floats(affine.summand())));
              builder.replace(
                  node,
                  new Node(
                      node.name(),
                      "Conv",
                      "",
                      List.of(node.inputs().get(0), weights, bias),
                      List.of(node.output()),
                      Map.of("group", Attribute.of(channels))));
            });
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
