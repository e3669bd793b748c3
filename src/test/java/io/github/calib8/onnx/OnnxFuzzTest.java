package io.github.calib8.onnx;

import io.github.calib8.fuzz.Fuzzing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxFuzzTest {

  @Test
  void damagedModelsAreReadOrRefused() {
    Fuzzing.check(
        List.of(model().toBytes()),
        file -> OnnxModel.parse(file, "damaged").toBytes(),
        OnnxException.class);
  }

  private static OnnxModel model() {
    GraphBuilder graph = Graphs.convolution();
    graph.initializer(Tensor.longs("shape", List.of(2L), 0, -1));
    graph.initializer(Tensor.ints("ints", List.of(3L), 1, 2, 3));
    graph.initializer(
        Tensor.bytes("bytes", DataType.UINT8, List.of(3L), (byte) 1, (byte) 2, (byte) 3));
    graph.node(
        "MaxPool",
        List.of("conv"),
        "pool",
        Map.of("kernel_shape", Attribute.ints(2, 2), "auto_pad", Attribute.of("VALID")));
    graph.node("LeakyRelu", List.of("pool"), "relu", Map.of("alpha", Attribute.of(0.5f)));
    graph.node("Reshape", List.of("relu", "shape"), "out", Map.of());
    graph.node(
        "Constant",
        List.of(),
        "constant",
        Map.of("value", Attribute.of(Tensor.floats("", List.of(2L), 1, 2))));
    graph.node("Add", List.of("ints", "bytes"), "sum", Map.of());
    graph.output(Graphs.output("out")).output(Graphs.output("constant"));
    graph.output(Graphs.output("sum")).metadata("key", "value");
    return graph.build();
  }
}
