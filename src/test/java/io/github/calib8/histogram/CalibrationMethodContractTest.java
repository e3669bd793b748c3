package io.github.calib8.histogram;

import static io.github.calib8.histogram.Samples.histogram;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.scale.IntegerType;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every calibration method. */
class CalibrationMethodContractTest {
  private static final List<float[]> TENSORS =
      List.of(
          Samples.normal(50_000, 1),
          Samples.relu(Samples.normal(50_000, 2)),
          Samples.laplace(50_000, 3),
          Samples.relu(Samples.student(50_000, 4)),
          Samples.normalWithOutliers(50_000, 5),
          Samples.times(Samples.normal(50_000, 6), 0x1p-100f),
          Samples.mixed(50_000, 7),
          Samples.normal(100, 8),
          new float[] {1f, -2f},
          new float[] {Float.MIN_VALUE, 3e38f});

  static Stream<CalibrationMethod> methods() {
    return Stream.of(
        CalibrationMethod.entropy(),
        CalibrationMethod.entropy(1.05),
        CalibrationMethod.unboundedEntropy(),
        CalibrationMethod.maxAbs(),
        CalibrationMethod.meanSquaredError(),
        CalibrationMethod.percentile(99.99),
        CalibrationMethod.percentile(60),
        CalibrationMethod.percentile(100));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void thresholdIsPositiveAndAtMostTheLargestMagnitude(CalibrationMethod method) {
    for (float[] values : TENSORS) {
      Histogram histogram = histogram(values);
      for (IntegerType type : IntegerType.values()) {
        double threshold = method.threshold(histogram, type).value();
        assertThat(threshold).isPositive().isLessThanOrEqualTo(histogram.maxAbs());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void degenerateThresholdIsTheLargestMagnitudeOrThatOfTheLeastError(CalibrationMethod method) {
    for (float[] values : TENSORS) {
      Histogram histogram = histogram(values);
      for (IntegerType type : IntegerType.values()) {
        Threshold threshold = method.threshold(histogram, type);
        if (threshold.degenerate().isPresent()) {
          assertThat(threshold.value())
              .isIn(
                  histogram.maxAbs(),
                  CalibrationMethod.meanSquaredError().threshold(histogram, type).value());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void equalHistogramsGiveEqualThresholds(CalibrationMethod method) {
    for (float[] values : TENSORS) {
      float[] shuffled = values.clone();
      Samples.shuffle(shuffled, new Random(9));
      Histogram histogram = histogram(values);
      Histogram before = histogram.copy();
      for (IntegerType type : IntegerType.values()) {
        assertThat(method.threshold(histogram(shuffled), type))
            .isEqualTo(method.threshold(histogram, type))
            .isEqualTo(method.threshold(histogram, type));
      }
      assertThat(histogram).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void twiceTheValuesGiveTwiceTheThreshold(CalibrationMethod method) {
    for (float[] values : TENSORS.subList(0, 5)) {
      for (IntegerType type : IntegerType.values()) {
        Threshold once = method.threshold(histogram(values), type);
        Threshold twice = method.threshold(histogram(Samples.times(values, 2)), type);
        assertThat(twice).isEqualTo(new Threshold(2 * once.value(), once.degenerate()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void signsDoNotMatter(CalibrationMethod method) {
    for (float[] values : TENSORS.subList(0, 5)) {
      for (IntegerType type : IntegerType.values()) {
        assertThat(method.threshold(histogram(Samples.times(values, -1)), type))
            .isEqualTo(method.threshold(histogram(values), type));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void tensorOfZerosIsDegenerateWithThresholdOne(CalibrationMethod method) {
    for (Histogram zeros : List.of(new Histogram(), histogram(new float[10_000]))) {
      Threshold threshold = method.threshold(zeros, IntegerType.UINT8);
      assertThat(threshold.value()).isEqualTo(1);
      assertThat(threshold.degenerate()).contains("no value other than zero");
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void constantTensorIsDegenerateWithItsMagnitude(CalibrationMethod method) {
    float[] constant = new float[10_000];
    java.util.Arrays.fill(constant, -3.7f);
    for (float[] values : List.of(constant, new float[] {-3.7f})) {
      Threshold threshold = method.threshold(histogram(values), IntegerType.INT8);
      assertThat(threshold.value()).isEqualTo((double) 3.7f);
      assertThat(threshold.degenerate()).contains("constant: every value is -3.7");
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void nonFiniteValuesAreIgnored(CalibrationMethod method) {
    float[] values = Samples.normal(50_000, 1);
    Histogram histogram = histogram(values);
    Threshold expected = method.threshold(histogram, IntegerType.INT8);
    histogram.add(new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}, 0, 3);

    assertThat(method.threshold(histogram, IntegerType.INT8)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void idReadsBackAsTheMethod(CalibrationMethod method) {
    assertThat(CalibrationMethod.parse(method.id())).isEqualTo(method);
  }
}
