package io.github.calib8.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.histogram.TensorDistribution.Divergence;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorDistributionTest {

  private static final int VALUES = 100_000;

  @Test
  void countsAreThoseOfAllMagnitudes() {
    TensorDistribution shape = TensorDistribution.of(histogram(normal()), calibration(3));

    assertThat(shape.range()).isEqualTo(8);
    assertThat(shape.counts()).hasSize(TensorDistribution.BINS);
    assertThat(shape.beyond()).isZero();
    assertThat(shape.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(VALUES);
  }

  @Test
  void outliersLieBeyondTheRange() {
    float[] values = normal();
    values[0] = 1000;
    values[1] = -2000;

    TensorDistribution shape = TensorDistribution.of(histogram(values), calibration(3));

    assertThat(shape.range()).isLessThan(100);
    assertThat(shape.beyond()).isEqualTo(2);
  }

  @Test
  void theCurveIsLeastAtTheThresholdOfTheUnboundedSearch() {
    float[] values = normal();
    for (int i = 0; i < 20; i++) {
      values[i] = 20 + i;
    }
    Histogram histogram = histogram(values);
    Threshold threshold =
        CalibrationMethod.unboundedEntropy().threshold(histogram, IntegerType.INT8);

    TensorDistribution shape = TensorDistribution.of(histogram, calibration(threshold.value()));

    assertThat(shape.divergences())
        .hasSizeBetween(20, TensorDistribution.CANDIDATES) // none where bins are empty
        .isSortedAccordingTo(Comparator.comparingDouble(Divergence::threshold))
        .allMatch(point -> point.nats() >= 0);
    assertThat(shape.divergences().stream().min(Comparator.comparingDouble(Divergence::nats)))
        .map(Divergence::threshold)
        .hasValueSatisfying(least -> assertThat(least).isEqualTo(threshold.value()));
  }

  @Test
  void noiseIsWhatQuantizingEachValueAdds() {
    float[] values = normal();
    QuantizationParameters parameters = calibration(3).parameters();
    double signal = 0;
    double noise = 0;
    for (float value : values) {
      double error = value - Math.max(-127, parameters.quantize(value)) * parameters.scale();
      signal += (double) value * value;
      noise += error * error;
    }

    TensorDistribution shape = TensorDistribution.of(histogram(values), calibration(3));

    assertThat(shape.sqnr().orElseThrow()).isCloseTo(10 * Math.log10(signal / noise), within(0.01));
  }

  @Test
  void aThresholdFarAboveAllValuesLeavesFewLevels() {
    Histogram histogram = histogram(normal());

    double far = TensorDistribution.of(histogram, calibration(1e6)).sqnr().orElseThrow();
    double near = TensorDistribution.of(histogram, calibration(3)).sqnr().orElseThrow();

    // All become zero: the noise is the signal.
    assertThat(far).isCloseTo(0, within(1e-6));
    assertThat(near).isGreaterThan(25);
  }

  @Test
  void aTensorOfZerosHasNeitherCurveNorRatio() {
    TensorDistribution shape = TensorDistribution.of(histogram(new float[10]), calibration(1));

    assertThat(shape.divergences()).isEmpty();
    assertThat(shape.sqnr()).isEmpty();
    assertThat(shape.counts()).containsOnly(0L);
  }

  private static float[] normal() {
    Random random = new Random(1);
    float[] values = new float[VALUES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Histogram histogram(float[] values) {
    Histogram histogram = new Histogram();
    histogram.add(values, 0, values.length);
    return histogram;
  }

  private static TensorCalibration calibration(double threshold) {
    return TensorCalibration.builder(
            "tensor", threshold, QuantizationParameters.symmetric(IntegerType.INT8, threshold))
        .withCounts(VALUES, 0, VALUES / 2)
        .withRange(-5, 5)
        .build();
  }
}
