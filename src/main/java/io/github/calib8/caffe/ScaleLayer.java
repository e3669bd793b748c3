package io.github.calib8.caffe;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A factor, and possibly a summand, for each channel or each element along other axes.
 *
 * <p>In place behind a {@link BatchNormLayer}, it becomes the scale and shift of that operator, as
 * networks of other frameworks have it.
 */
final class ScaleLayer {
  private ScaleLayer() {}

  static void write(Layer layer) {
    Blob in = layer.bottom();
    Fields fields = layer.parameters("scale_param").ignore("filler", "bias_filler");
    int count = fields.signed("num_axes", 1);
    int axis = layer.axis(fields.signed("axis", 1), in);
    int end = count == -1 ? in.rank() : axis + count;
    if (count < -1 || end > in.rank()) {
      throw layer.error("Expected num_axes within %s, found %s".formatted(in.info(), count));
    }
    List<Long> dims = in.dims().subList(axis, end);
    List<Weight> needed = new ArrayList<>();
    needed.add(Weight.constant("scale", 1, dims));
    if (fields.truth("bias_term", false)) {
      needed.add(Weight.constant("shift", 0, dims));
    }
    List<Tensor> weights = layer.weights(needed);
    Optional<Node> norm =
        layer
            .replaceable(in)
            .filter(node -> axis == 1 && count == 1 && BatchNormLayer.isBare(layer.graph(), node));
    if (weights.size() == 2 && norm.isPresent()) {
      merge(layer, norm.orElseThrow(), in, weights);
    } else {
      write(layer, in, weights, in.rank() - end);
    }
  }

  private static void merge(Layer layer, Node norm, Blob in, List<Tensor> weights) {
    layer.graph().remove(norm);
    List<String> inputs = new ArrayList<>(norm.inputs());
    inputs.set(1, layer.constant(weights.get(0)));
    inputs.set(2, layer.constant(weights.get(1)));
    layer.top("BatchNormalization", inputs, norm.attributes(), in.dims());
  }

  private static void write(Layer layer, Blob in, List<Tensor> weights, int axesBehind) {
    List<String> constants = new ArrayList<>();
    for (Tensor tensor : weights) {
      List<Long> dims = new ArrayList<>(tensor.dims());
      dims.addAll(Collections.nCopies(axesBehind, 1L));
      constants.add(layer.constant(tensor.withDims(dims)));
    }
    if (constants.size() == 1) {
      layer.top("Mul", List.of(in.tensor(), constants.get(0)), Map.of(), in.dims());
    } else {
      String scaled =
          layer.inner("scaled", "Mul", List.of(in.tensor(), constants.get(0)), Map.of());
      layer.top("Add", List.of(scaled, constants.get(1)), Map.of(), in.dims());
    }
  }
}
