package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelStatisticsTest {

  @Test
  void trainedNumbersAndProductsAreCounted() {
    GraphBuilder graph = Graphs.convolution();
    for (String name : List.of("scale", "shift", "mean", "variance")) {
      graph.initializer(Tensor.floats(name, List.of(3L), 1, 1, 1));
    }
    graph.node(
        "BatchNormalization",
        List.of("conv", "scale", "shift", "mean", "variance"),
        "bn",
        Map.of());
    graph.initializer(Tensor.longs("shape", List.of(2L), 0, -1));
    graph.node("Reshape", List.of("bn", "shape"), "flat", Map.of());
    graph.initializer(Tensor.floats("fc", List.of(48L, 5L), new float[240]));
    graph.node("MatMul", List.of("flat", "fc"), "out", Map.of());
    OnnxModel model = graph.output(Graphs.output("out")).build();

    assertThat(ModelStatistics.measuredTensors(model)).containsExactly("conv", "out");
    ModelStatistics statistics =
        ModelStatistics.of(model, Map.of("conv", List.of(1L, 3L, 4L, 4L), "out", List.of(1L, 5L)));
    // The convolution's 6 and 3, the normalization's 3 and 3, and 240.
    assertThat(statistics.parameters()).isEqualTo(255);
    assertThat(statistics.multiplyAdds()).hasValue(48 * 2 + 5 * 48);
    assertThat(statistics.operators())
        .hasToString("{BatchNormalization=1, Conv=1, MatMul=1, Reshape=1}");
  }

  @Test
  void integersCountAsTheNumbersTheyStandFor() {
    GraphBuilder graph = GraphBuilder.create("int8");
    graph.input(Graphs.INPUT);
    graph.initializer(Tensor.bytes("w", DataType.INT8, List.of(1L, 2L, 1L, 1L), new byte[2]));
    graph.initializer(Tensor.floats("scale", List.of(), 1));
    graph.initializer(Tensor.bytes("zero", DataType.INT8, List.of(), (byte) 0));
    graph.node("DequantizeLinear", List.of("w", "scale", "zero"), "weights", Map.of());
    graph.node("Conv", List.of("data", "weights"), "out", Map.of());
    OnnxModel model = graph.output(Graphs.output("out")).build();

    ModelStatistics statistics = ModelStatistics.of(model, Map.of("out", List.of(1L, 1L, 4L, 4L)));
    assertThat(statistics.parameters()).isEqualTo(2);
    assertThat(statistics.multiplyAdds()).hasValue(32);
  }

  @Test
  void settingsOfOperatorsAreNotTrained() {
    GraphBuilder graph = Graphs.convolution();
    graph.initializer(Tensor.floats("ratio", List.of(), 0.5f));
    graph.initializer(Tensor.floats("least", List.of(), 0));
    graph.initializer(Tensor.floats("most", List.of(), 6));
    graph.node("Clip", List.of("conv", "least", "most"), "clip", Map.of());
    graph.node("Dropout", List.of("clip", "ratio"), "out", Map.of());
    OnnxModel model = graph.output(Graphs.output("out")).build();

    // The convolution's 6 and 3.
    assertThat(ModelStatistics.of(model, Map.of()).parameters()).isEqualTo(9);
  }

  @Test
  void productsOfUnknownSizeAreNotCounted() {
    OnnxModel model = Graphs.convolution().output(Graphs.output("conv")).build();
    assertThat(ModelStatistics.of(model, Map.of()).multiplyAdds()).isEmpty();
  }

  @Test
  void productsOfTwoActivationsCount() {
    GraphBuilder graph = GraphBuilder.create("attention");
    graph.input(Graphs.INPUT);
    graph.node("Relu", List.of("data"), "left", Map.of());
    graph.node("Sigmoid", List.of("data"), "right", Map.of());
    graph.node("MatMul", List.of("left", "right"), "out", Map.of());
    OnnxModel model = graph.output(Graphs.output("out")).build();

    assertThat(ModelStatistics.measuredTensors(model)).containsExactlyInAnyOrder("out", "right");
    assertThat(
            ModelStatistics.of(
                    model, Map.of("out", List.of(1L, 2L, 4L, 6L), "right", List.of(1L, 2L, 5L, 6L)))
                .multiplyAdds())
        .hasValue(2 * 4 * 5 * 6);
  }

  @Test
  void aTransposedConvolutionsInputsMultiply() {
    GraphBuilder graph = GraphBuilder.create("up");
    graph.input(Graphs.INPUT);
    graph.initializer(Tensor.floats("w", List.of(2L, 3L, 2L, 2L), new float[24]));
    graph.node("Relu", List.of("data"), "in", Map.of());
    graph.node("ConvTranspose", List.of("in", "w"), "out", Map.of());
    OnnxModel model = graph.output(Graphs.output("out")).build();

    assertThat(ModelStatistics.of(model, Map.of("in", List.of(1L, 2L, 4L, 4L))).multiplyAdds())
        .hasValue(2 * 16 * 3 * 4);
  }

  @Test
  void aBatchCountsForOneImage() {
    OnnxModel model = Graphs.convolution().output(Graphs.output("conv")).build();
    assertThat(
            ModelStatistics.of(
                    model, Map.of("data", List.of(8L, 2L, 4L, 4L), "conv", List.of(8L, 3L, 4L, 4L)))
                .multiplyAdds())
        .hasValue(48 * 2);
  }
}
