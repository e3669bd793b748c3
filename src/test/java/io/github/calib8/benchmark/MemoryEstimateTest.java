package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.onnx.OnnxModel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class MemoryEstimateTest {
  private static final OnnxModel MODEL = TinyNetworks.classifier(-1);
  private static final Map<String, Long> SIZES =
      Map.of(
          "data", 192L, "left", 256L, "right", 256L, "both", 512L, "pool", 8L, "flat", 8L, "prob",
          5L);

  @Test
  void sizesAreThoseOfOneImage() {
    try (INDArray images = SyntheticImages.batch(MODEL, 2)) {
      assertThat(TensorSizes.of(MODEL, images)).isEqualTo(SIZES);
    }
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
  void everyWeightOfAnOutputMultipliesOnce() {
    assertThat(MultiplyAdds.of(MODEL, SIZES)).isEqualTo(2 * 256 * 27 + 5 * 8);
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
