package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.TensorShapes;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.ModelStatistics;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
  private static final OnnxModel MODEL = TinyNetworks.classifier(-1);
  private static final Map<String, Long> SIZES =
      Map.of(
          "data", 192L, "left", 256L, "right", 256L, "both", 512L, "pool", 8L, "flat", 8L, "prob",
          5L);

  @Test
  void sizesAreThoseOfOneImage() {
    for (long batch : new long[] {-1, 2}) {
      OnnxModel model = TinyNetworks.classifier(batch);
      assertThat(TensorSizes.of(model, TensorSizes.shapes(model))).isEqualTo(SIZES);
    }
  }

  /** As {@code inspect} counts, which measures no more tensors than it needs. */
  @Test
  void productsAreThoseThatTheModelsSummaryCounts() {
    GraphBuilder graph = GraphBuilder.create("attention");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(2L, 3L, 4L, 4L)));
    graph.node("Softmax", List.of("data"), "weights", Map.of());
    graph.node("MatMul", List.of("weights", "data"), "mixed", Map.of());
    graph.node("GlobalAveragePool", List.of("mixed"), "mean", Map.of());
    graph.node("Flatten", List.of("mean"), "flat", Map.of());
    graph.initializer(Tensor.floats("fc", List.of(3L, 5L), new float[15]));
    graph.node("Gemm", List.of("flat", "fc"), "out", Map.of());
    OnnxModel model = graph.output(new ValueInfo("out", DataType.FLOAT, List.of(2L, 5L))).build();

    assertThat(ModelStatistics.of(model, TensorSizes.shapes(model)).multiplyAdds())
        .isEqualTo(
            ModelStatistics.of(
                    model, TensorShapes.of(model, ModelStatistics.measuredTensors(model)))
                .multiplyAdds())
        .hasValue(3 * 4 * 4 * 4 + 3 * 5);
  }

  @Test
  void unknownSizesFollowFromTheInputs() {
    Map<String, Long> known = Map.of("data", 192L, "left", 256L, "right", 256L);
    assertThat(TensorSizes.complete(MODEL, known))
        .containsEntry("both", 512L)
        .containsEntry("flat", 512L);
  }

  @Test
  void peakIsWhereTheConcatenationReadsAndWrites() {
    assertThat(ActivationPeak.of(MODEL, SIZES)).isEqualTo(256 + 256 + 512);
  }

  @Test
  void estimateGrowsWithBatchAndSessions() {
    MemoryEstimate estimate = MemoryEstimate.of(MODEL, SIZES);
    assertThat(estimate).isEqualTo(new MemoryEstimate(148 * 4, 1024 * 4, 192 * 4));
    assertThat(estimate.bytes(8, 1)).isGreaterThan(8 * (1024 + 192) * 4);
    assertThat(estimate.bytes(8, 2) - estimate.bytes(8, 1)).isGreaterThan(8 * 1024 * 4);
    assertThat(estimate.bytes(8, 3L * Integer.MAX_VALUE)).isGreaterThan(1e12);
  }

  @Test
  void theGreaterOfTwoIsEnoughForBoth() {
    assertThat(new MemoryEstimate(1, 5, 3).max(new MemoryEstimate(2, 4, 3)))
        .isEqualTo(new MemoryEstimate(2, 5, 3));
  }
}
