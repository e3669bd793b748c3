package io.github.calib8.caffe;

import java.util.List;
import java.util.Map;

/** Dropout, which does nothing in inference: in place it leaves no trace. */
final class DropoutLayer {
  private DropoutLayer() {}

  static boolean isAlias(LayerDefinition layer) {
    return layer.type().equals("Dropout") && layer.isInPlace();
  }

  static void write(Layer layer) {
    layer.parameters("dropout_param").ignore("dropout_ratio", "scale_train");
    if (isAlias(layer.definition())) {
      layer.alias();
    } else {
      Blob in = layer.bottom();
      layer.top("Identity", List.of(in.tensor()), Map.of(), in.dims());
    }
  }
}
