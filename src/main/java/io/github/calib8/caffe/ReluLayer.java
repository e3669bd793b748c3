package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import java.util.List;
import java.util.Map;

/** Rectifier, possibly leaky. */
final class ReluLayer {
  private ReluLayer() {}

  static void write(Layer layer) {
    Blob in = layer.bottom();
    float slope = layer.parameters("relu_param").number("negative_slope", 0);
    if (slope == 0) {
      layer.top("Relu", List.of(in.tensor()), Map.of(), in.dims());
    } else {
      layer.top("LeakyRelu", List.of(in.tensor()), Map.of("alpha", Attribute.of(slope)), in.dims());
    }
  }
}
