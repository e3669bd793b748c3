package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.onnx.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizedWeightsTest {
  private static final float[] NO_BIAS = {};

  @Test
  void theLargestWeightOfEachChannelBecomes127() {
    Tensor w = Tensor.floats("w", List.of(2L, 3L), 0.5f, -1, 0.25f, 10, 20, -5);
    QuantizedWeights q = QuantizedWeights.of(w, 0, NO_BIAS, 1, WeightRange.FULL);
    assertThat(q.weightScales()).containsExactly(1 / 127f, 20 / 127f);
    // 63.5 and 31.75 of 127: half to even.
    assertThat(q.weights()).containsExactly(64, -127, 32, 64, 127, -32);
  }

  @Test
  void channelsMayBeColumns() {
    Tensor rows = Tensor.floats("w", List.of(2L, 3L), 1, 2, 3, -4, 5, 6);
    Tensor columns = Tensor.floats("w", List.of(3L, 2L), 1, -4, 2, 5, 3, 6);
    QuantizedWeights byRow = QuantizedWeights.of(rows, 0, NO_BIAS, 1, WeightRange.FULL);
    QuantizedWeights byColumn = QuantizedWeights.of(columns, 1, NO_BIAS, 1, WeightRange.FULL);
    assertThat(byColumn.weightScales()).isEqualTo(byRow.weightScales());
    byte[] r = byRow.weights();
    assertThat(byColumn.weights()).containsExactly(r[0], r[3], r[1], r[4], r[2], r[5]);
  }

  @Test
  void theBiasIsInTheScaleOfTheProducts() {
    Tensor w = Tensor.floats("w", List.of(1L, 1L), 127);
    QuantizedWeights q = QuantizedWeights.of(w, 0, new float[] {5}, 0.5f, WeightRange.FULL);
    assertThat(q.biasScales()).containsExactly(0.5f);
    assertThat(q.bias()).containsExactly(10);
  }

  @Test
  void aBiasBesideDeadWeightsStillFits() {
    Tensor w = Tensor.floats("w", List.of(2L, 2L), 0, 0, 1e-30f, 0);
    QuantizedWeights q = QuantizedWeights.of(w, 0, new float[] {3, -7}, 0.1f, WeightRange.FULL);
    for (int c = 0; c < 2; c++) {
      double bias = (double) q.bias()[c] * q.biasScales()[c];
      assertThat(bias).isCloseTo(c == 0 ? 3 : -7, within(1e-5));
    }
    assertThat(q.weights()).containsOnly(0);
  }

  @Test
  void aDeadChannelWithoutBiasHasAPositiveScale() {
    Tensor w = Tensor.floats("w", List.of(1L, 2L), 0, 0);
    QuantizedWeights q = QuantizedWeights.of(w, 0, new float[] {0}, 1e-3f, WeightRange.FULL);
    assertThat(q.weightScales()[0]).isPositive();
    assertThat(q.biasScales()[0]).isPositive();
  }

  @Test
  void inTheReducedRangeNoPairSaturates() {
    Random random = new Random(1);
    float[] values = new float[64 * 9];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor w = Tensor.floats("w", List.of(64L, 9L), values);
    QuantizedWeights full = QuantizedWeights.of(w, 0, NO_BIAS, 1, WeightRange.FULL);
    QuantizedWeights reduced = QuantizedWeights.of(w, 0, NO_BIAS, 1, WeightRange.REDUCED);
    assertThat(largestPair(full.weights())).isGreaterThan(Short.MAX_VALUE);
    assertThat(largestPair(reduced.weights())).isLessThanOrEqualTo(Short.MAX_VALUE);
  }

  @Test
  void aChannelThatCannotSaturateKeepsItsFullRange() {
    Tensor w = Tensor.floats("w", List.of(2L, 3L), 127, 1, -127, 127, 2, -1);
    QuantizedWeights q = QuantizedWeights.of(w, 0, NO_BIAS, 1, WeightRange.REDUCED);
    assertThat(q.weightScales()[0]).isEqualTo(1);
    assertThat(q.weightScales()[1]).isGreaterThan(2);
  }

  @Test
  void theErrorIsAtMostHalfAStep() {
    Random random = new Random(2);
    for (int trial = 0; trial < 100; trial++) {
      float[] values = new float[50];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * Math.pow(10, trial % 7 - 3));
      }
      Tensor w = Tensor.floats("w", List.of(5L, 10L), values);
      QuantizedWeights q = QuantizedWeights.of(w, 0, NO_BIAS, 1, WeightRange.FULL);
      for (int i = 0; i < values.length; i++) {
        float scale = q.weightScales()[i / 10];
        assertThat(q.weights()[i] * scale).isCloseTo(values[i], within(scale * 0.50001f));
      }
    }
  }

  private static int largestPair(byte[] weights) {
    int largest = 0;
    for (int channel = 0; channel < 64; channel++) {
      for (int i = 0; i < 9; i++) {
        for (int j = 0; j < i; j++) {
          int pair = 255 * (weights[channel * 9 + i] + weights[channel * 9 + j]);
          largest = Math.max(largest, Math.abs(pair));
        }
      }
    }
    return largest;
  }
}
