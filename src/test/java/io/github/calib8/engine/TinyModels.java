package io.github.calib8.engine;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Models small enough to check by hand. */
final class TinyModels {
  static final ValueInfo INPUT = new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 8L, 8L));

  private TinyModels() {}

  /** Convolution "conv", "relu", average "pool", "flat", and the classes "prob" [N,5]. */
  static GraphBuilder classifier() {
    Random random = new Random(7);
    GraphBuilder graph = GraphBuilder.create("tiny");
    graph.input(INPUT);
    graph.initializer(Tensor.floats("w", List.of(4L, 3L, 3L, 3L), gaussian(random, 108)));
    graph.initializer(Tensor.floats("b", List.of(4L), gaussian(random, 4)));
    graph.initializer(Tensor.floats("fc", List.of(4L, 5L), gaussian(random, 20)));
    graph.node(
        "Conv",
        List.of("data", "w", "b"),
        "conv",
        Map.of("pads", Attribute.ints(1, 1, 1, 1), "kernel_shape", Attribute.ints(3, 3)));
    graph.node("Relu", List.of("conv"), "relu", Map.of());
    graph.node("GlobalAveragePool", List.of("relu"), "pool", Map.of());
    graph.node("Flatten", List.of("pool"), "flat", Map.of());
    graph.node("Gemm", List.of("flat", "fc"), "logits", Map.of());
    graph.node("Softmax", List.of("logits"), "prob", Map.of());
    return graph;
  }

  static OnnxModel build(GraphBuilder graph, String... outputs) {
    graph.outputs(
        List.of(outputs).stream().map(o -> new ValueInfo(o, DataType.FLOAT, List.of())).toList());
    return graph.build();
  }

  /** Passes [N,3,8,8] through an operator. */
  static OnnxModel of(String domain, String operator) {
    GraphBuilder graph = GraphBuilder.create("strange");
    graph.input(INPUT);
    graph.node(new Node("n", operator, domain, List.of("data"), List.of("out"), Map.of()));
    return build(graph, "out");
  }

  private static float[] gaussian(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
