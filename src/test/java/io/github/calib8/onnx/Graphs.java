package io.github.calib8.onnx;

import java.util.List;
import java.util.Map;

/** Small graphs for tests. */
final class Graphs {
  static final ValueInfo INPUT = new ValueInfo("data", DataType.FLOAT, List.of(-1L, 2L, 4L, 4L));

  private Graphs() {}

  /** data [N,2,4,4] to a 1x1 convolution of 3 channels, "conv". */
  static GraphBuilder convolution() {
    GraphBuilder builder = GraphBuilder.create("small");
    builder.input(INPUT);
    builder.initializer(Tensor.floats("w", List.of(3L, 2L, 1L, 1L), 1, -2, 3, 0.5f, -0.25f, 4));
    builder.initializer(Tensor.floats("b", List.of(3L), 0.5f, 0, -1));
    builder.node("Conv", List.of("data", "w", "b"), "conv", Map.of());
    return builder;
  }

  static ValueInfo output(String name) {
    return new ValueInfo(name, DataType.FLOAT, List.of());
  }
}
