package io.github.calib8.caffe;

import com.google.common.primitives.Floats;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Normalization to mean 0 and variance 1, without the scale and shift that ONNX's operator has as
 * well: those are a {@link ScaleLayer} of their own.
 */
final class BatchNormLayer {
  private BatchNormLayer() {}

  static void write(Layer layer) {
    Blob in = layer.bottom();
    if (in.rank() < 2) {
      throw layer.error("Expected a bottom with channels, found " + in.info());
    }
    Fields fields = layer.parameters("batch_norm_param").ignore("moving_average_fraction");
    if (!fields.truth("use_global_stats", true)) {
      throw layer.error("Expected use_global_stats, found that the batch's own are to be used");
    }
    float epsilon = fields.number("eps", 1e-5f);
    List<Long> perChannel = List.of(in.channels());
    List<Tensor> blobs =
        layer.weights(
            List.of(
                Weight.constant("mean", 0, perChannel),
                Weight.constant("variance", 1, perChannel),
                Weight.constant("factor", 1, List.of(1L))));
    // The file holds sums over the batches seen in training.
    float divisor = blobs.get(2).toFloats()[0];
    String mean = layer.constant(divided(blobs.get(0), divisor));
    String variance = layer.constant(divided(blobs.get(1), divisor));
    String ones = layer.constant(filled(layer.unique("ones"), perChannel, 1));
    String zeros = layer.constant(filled(layer.unique("zeros"), perChannel, 0));
    layer.top(
        "BatchNormalization",
        List.of(in.tensor(), ones, zeros, mean, variance),
        Map.of("epsilon", Attribute.of(epsilon)),
        in.dims());
  }

  /** Whether an operator normalizes with scale 1 and shift 0. */
  static boolean isBare(GraphBuilder graph, Node node) {
    return node.is("BatchNormalization")
        && isFilled(graph, node.inputs().get(1), 1)
        && isFilled(graph, node.inputs().get(2), 0);
  }

  private static boolean isFilled(GraphBuilder graph, String constant, float value) {
    return Floats.asList(graph.constant(constant).orElseThrow().toFloats()).stream()
        .allMatch(v -> v == value);
  }

  private static Tensor divided(Tensor tensor, float divisor) {
    float factor = divisor == 0 ? 0 : 1 / divisor;
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return Tensor.floats(tensor.name(), tensor.dims(), values);
  }

  private static Tensor filled(String name, List<Long> dims, float value) {
    float[] values = new float[Math.toIntExact(dims.get(0))];
    Arrays.fill(values, value);
    return Tensor.floats(name, dims, values);
  }
}
