package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import java.util.List;
import java.util.Map;

/** Probabilities along an axis. */
final class SoftmaxLayer {
  private SoftmaxLayer() {}

  static void write(Layer layer) {
    Blob in = layer.bottom();
    int axis = layer.axis(layer.parameters("softmax_param").signed("axis", 1), in);
    layer.top(
        "Softmax", List.of(in.tensor()), Map.of("axis", Attribute.of((long) axis)), in.dims());
  }
}
