package io.github.calib8.histogram;

import static io.github.calib8.histogram.Samples.histogram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizationErrorTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1, 3, 5})
  void itIsThatOfQuantizingEachValue(double threshold) {
    float[] values = Samples.relu(Samples.normal(100_000, 1));
    QuantizationParameters parameters =
        QuantizationParameters.symmetric(IntegerType.UINT8, threshold);
    double signal = 0;
    double noise = 0;
    double clipped = 0;
    for (float value : values) {
      double error = value - parameters.quantize(value) * parameters.scale();
      signal += (double) value * value;
      noise += error * error;
      clipped += Math.pow(Math.max(0, value - threshold), 2);
    }

    QuantizationError error =
        histogram(values).quantizationError(threshold, IntegerType.UINT8).orElseThrow();

    assertThat(error.sqnr()).isCloseTo(10 * Math.log10(signal / noise), within(0.05));
    assertThat(error.clippedEnergy()).isCloseTo(clipped / signal, within(1e-4));
  }

  @Test
  void theLeastErrorHasNoExcess() {
    Histogram histogram = histogram(Samples.student(100_000, 1));
    double best =
        CalibrationMethod.meanSquaredError().threshold(histogram, IntegerType.INT8).value();

    assertThat(excess(histogram, best)).isEqualTo(1);
    assertThat(excess(histogram, 4 * histogram.maxAbs())).isGreaterThan(10);
    assertThat(excess(histogram, best / 4)).isGreaterThan(10);
  }

  @Test
  void zerosHaveNone() {
    assertThat(histogram(new float[10]).quantizationError(1, IntegerType.INT8)).isEmpty();
  }

  @Test
  void extremesHaveFiniteFigures() {
    for (float[] values :
        new float[][] {{Float.MIN_VALUE}, {Float.MAX_VALUE}, {Float.MIN_VALUE, 3e38f}, {-1e-30f}}) {
      Histogram histogram = histogram(values);
      for (IntegerType type : IntegerType.values()) {
        // The record refuses figures that are not finite.
        assertThat(histogram.quantizationError(histogram.maxAbs(), type)).isPresent();
        assertThat(histogram.quantizationError(1, type)).isPresent();
      }
    }
  }

  private static double excess(Histogram histogram, double threshold) {
    return histogram.quantizationError(threshold, IntegerType.INT8).orElseThrow().excess();
  }
}
