package io.github.calib8.histogram;

import static io.github.calib8.histogram.Samples.histogram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationParameters;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationMethodTest {

  @Test
  void maxAbsKeepsTheLargestMagnitude() {
    Histogram histogram = histogram(-6f, 1f, 0f);
    assertThat(CalibrationMethod.maxAbs().threshold(histogram, IntegerType.INT8))
        .isEqualTo(Threshold.of(6));
  }

  @Test
  void percentileAgreesWithTheSortedMagnitudes() {
    float[] values = Samples.relu(Samples.laplace(200_000, 1));
    Histogram histogram = histogram(values);
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    for (double percentage : new double[] {55, 90, 99, 99.9, 99.99}) {
      double expected = sorted[(int) Math.ceil(percentage / 100 * sorted.length) - 1];
      double found =
          CalibrationMethod.percentile(percentage).threshold(histogram, IntegerType.UINT8).value();
      assertThat(found).isCloseTo(expected, within(expected / 1000));
    }
  }

  @Test
  void hundredthPercentileIsTheLargestMagnitude() {
    Histogram histogram = histogram(Samples.normal(10_000, 1));
    assertThat(CalibrationMethod.percentile(100).threshold(histogram, IntegerType.INT8))
        .isEqualTo(Threshold.of(histogram.maxAbs()));
  }

  @Test
  void percentileAmongTheZerosKeepsTheLargestMagnitudeAndSaysSo() {
    Histogram histogram = histogram(0f, 0f, 0f, 1f, 2f);
    Threshold threshold = CalibrationMethod.percentile(60).threshold(histogram, IntegerType.UINT8);

    assertThat(threshold.value()).isEqualTo(2);
    assertThat(threshold.degenerate()).contains("percentile 60.0 lies among the zeros");
  }

  @Test
  void meanSquaredErrorIsThatOfQuantizingTheValues() {
    for (float[] values :
        new float[][] {Samples.normal(100_000, 1), Samples.relu(Samples.student(100_000, 2))}) {
      Histogram histogram = histogram(values);
      for (IntegerType type : IntegerType.values()) {
        SquaredErrors errors = SquaredErrors.of(histogram, type);
        for (double share : new double[] {0.1, 0.3, 0.77, 1}) {
          double threshold = share * histogram.maxAbs();
          QuantizationParameters parameters = QuantizationParameters.symmetric(type, threshold);
          double expected = 0;
          for (float value : values) {
            float magnitude = Math.abs(value);
            double error = magnitude - parameters.dequantize(parameters.quantize(magnitude));
            expected += error * error;
          }
          assertThat(errors.at(threshold)).isCloseTo(expected, withinPercentage(2));
        }
      }
    }
  }

  @Test
  void squaredErrorsAgreeWithBruteForceIntegration() {
    Histogram histogram = histogram(Samples.student(2_000, 1));
    DyadicBins bins = histogram.magnitudes();
    SquaredErrors errors = SquaredErrors.of(histogram, IntegerType.INT8);
    for (double share : new double[] {0.05, 0.4, 0.9}) {
      double threshold = share * histogram.maxAbs();
      assertThat(errors.at(threshold))
          .isCloseTo(integrate(bins, threshold, 127), withinPercentage(1e-6));
    }
  }

  /** Cuts every bin at the half levels and integrates each piece on its own. */
  private static double integrate(DyadicBins bins, double threshold, int steps) {
    double scale = threshold / steps;
    long[] counts = bins.counts();
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      double from = bins.lowerEdge(i);
      double end = from + bins.width(i);
      for (int level = 0; level <= steps; level++) {
        double a = Math.max(from, level == 0 ? 0 : (level - 0.5) * scale);
        double b = level == steps ? end : Math.min(end, (level + 0.5) * scale);
        if (a < b) {
          double right = b - level * scale;
          double left = a - level * scale;
          double integral = (right * right * right - left * left * left) / 3;
          sum += counts[i] / bins.width(i) * integral;
        }
      }
    }
    return sum;
  }

  @Test
  void meanSquaredErrorOfManyNormalValuesIsKnown() {
    // The optimum for N(0,1) and 127 steps: T^2/127^2/12 + 2 E(x-T)+^2 is least at T = 3.92.
    Histogram histogram = histogram(Samples.normal(1_000_000, 1));
    assertThat(CalibrationMethod.meanSquaredError().threshold(histogram, IntegerType.INT8).value())
        .isCloseTo(3.92, within(0.05));
  }

  @Test
  void meanSquaredErrorIsLeastAtItsThreshold() {
    Random random = new Random(1);
    for (float[] values :
        new float[][] {Samples.laplace(50_000, 1), Samples.normalWithOutliers(50_000, 2)}) {
      Histogram histogram = histogram(values);
      SquaredErrors errors = SquaredErrors.of(histogram, IntegerType.INT8);
      double threshold =
          CalibrationMethod.meanSquaredError().threshold(histogram, IntegerType.INT8).value();
      double least = errors.at(threshold);
      for (int i = 0; i < 500; i++) {
        double other = histogram.maxAbs() * (0.01 + 0.99 * random.nextDouble());
        assertThat(errors.at(other)).isGreaterThan(0.999 * least);
      }
    }
  }

  @Test
  void idsAreStable() {
    assertThat(CalibrationMethod.entropy().id()).isEqualTo("entropy=1.15");
    assertThat(CalibrationMethod.entropy(1).id()).isEqualTo("entropy=1");
    assertThat(CalibrationMethod.unboundedEntropy().id()).isEqualTo("entropy=s7310");
    assertThat(CalibrationMethod.maxAbs().id()).isEqualTo("max-abs");
    assertThat(CalibrationMethod.meanSquaredError().id()).isEqualTo("mse");
    assertThat(CalibrationMethod.percentile(99.99).id()).isEqualTo("percentile=99.99");
    assertThat(CalibrationMethod.percentile(100).id()).isEqualTo("percentile=100");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Entropy", "percentile", "percentile=", "percentile=x", "kl"})
  void unknownIdIsRefused(String id) {
    assertThatThrownBy(() -> CalibrationMethod.parse(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Expected a ");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 100.001, Double.NaN})
  void percentageOutsideItsRangeIsRefused(double percentage) {
    assertThatThrownBy(() -> CalibrationMethod.percentile(percentage))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("above 0 and at most 100")
        .hasMessageContaining(Double.toString(percentage));
  }
}
