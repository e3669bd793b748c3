package io.github.calib8.benchmark;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;
import java.util.Map;

/** A network small enough to count by hand. */
final class TinyNetworks {
  private TinyNetworks() {}

  /**
   * Two convolutions 3 to 4 channels at 8x8 side by side, concatenated; mean; 5 classes.
   *
   * @param batch images; -1 for any number
   */
  static OnnxModel classifier(long batch) {
    GraphBuilder graph = GraphBuilder.create("tiny");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(batch, 3L, 8L, 8L)));
    graph.initializer(Tensor.floats("w", List.of(4L, 3L, 3L, 3L), weights(108)));
    graph.initializer(Tensor.floats("fc", List.of(8L, 5L), weights(40)));
    Map<String, Attribute> same = Map.of("pads", Attribute.ints(1, 1, 1, 1));
    graph.node("Conv", List.of("data", "w"), "left", same);
    graph.node("Conv", List.of("data", "w"), "right", same);
    graph.node("Concat", List.of("left", "right"), "both", Map.of("axis", Attribute.of(1L)));
    graph.node("GlobalAveragePool", List.of("both"), "pool", Map.of());
    graph.node("Flatten", List.of("pool"), "flat", Map.of());
    graph.node("Gemm", List.of("flat", "fc"), "prob", Map.of());
    graph.output(new ValueInfo("prob", DataType.FLOAT, List.of(batch, 5L)));
    return graph.build();
  }

  private static float[] weights(int count) {
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (i % 7 - 3) / 10f;
    }
    return weights;
  }
}
