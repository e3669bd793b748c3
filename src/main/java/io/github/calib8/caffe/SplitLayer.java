package io.github.calib8.caffe;

import java.util.List;
import java.util.Map;

/** Copies of a blob. */
final class SplitLayer {
  private SplitLayer() {}

  static void write(Layer layer) {
    Blob in = layer.bottom();
    for (String top : layer.definition().tops()) {
      layer.top(top, "Identity", List.of(in.tensor()), Map.of(), in.dims());
    }
  }
}
