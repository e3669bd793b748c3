package io.github.calib8.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizationParametersTest {

  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "1.5, 2",
    "2.5, 2",
    "-0.5, 0",
    "-1.5, -2",
    "-2.5, -2",
    "0.49, 0",
    "0.51, 1",
    "7, 7"
  })
  void halvesRoundToTheEvenInteger(float value, int expected) {
    QuantizationParameters unit = new QuantizationParameters(IntegerType.INT8, 1, 0);

    assertThat(unit.quantize(value)).isEqualTo(expected);
    assertThat(QuantizationParameters.roundHalfToEven(value)).isEqualTo(expected, within(0.0));
  }

  @Test
  void valuesBeyondTheRangeSaturate() {
    QuantizationParameters int8 = new QuantizationParameters(IntegerType.INT8, 0.5f, 0);
    assertThat(int8.quantize(1e30f)).isEqualTo(127);
    assertThat(int8.quantize(-1e30f)).isEqualTo(-128);
    assertThat(int8.quantize(Float.POSITIVE_INFINITY)).isEqualTo(127);
    assertThat(int8.quantize(Float.NEGATIVE_INFINITY)).isEqualTo(-128);

    QuantizationParameters uint8 = new QuantizationParameters(IntegerType.UINT8, 0.5f, 128);
    assertThat(uint8.quantize(64f)).isEqualTo(255);
    assertThat(uint8.quantize(-65f)).isEqualTo(0);
  }

  @Test
  void nanBecomesTheZeroPoint() {
    assertThat(new QuantizationParameters(IntegerType.UINT8, 1, 128).quantize(Float.NaN))
        .isEqualTo(128);
  }

  @ParameterizedTest
  @EnumSource
  void zeroIsRepresentedExactly(IntegerType type) {
    for (int zeroPoint = type.min(); zeroPoint <= type.max(); zeroPoint++) {
      QuantizationParameters parameters = new QuantizationParameters(type, 0.37f, zeroPoint);
      assertThat(parameters.quantize(0f)).isEqualTo(zeroPoint);
      assertThat(parameters.dequantize(zeroPoint)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyIntegerSurvivesDequantizingAndQuantizing(IntegerType type) {
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      float scale = (float) Math.scalb(0.5 + random.nextDouble(), random.nextInt(80) - 40);
      int zeroPoint = type.min() + random.nextInt(256);
      QuantizationParameters parameters = new QuantizationParameters(type, scale, zeroPoint);
      for (int q = type.min(); q <= type.max(); q++) {
        assertThat(parameters.quantize(parameters.dequantize(q))).isEqualTo(q);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorWithinTheRangeIsAtMostHalfAScale(IntegerType type) {
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      double threshold = Math.scalb(0.5 + random.nextDouble(), random.nextInt(80) - 40);
      QuantizationParameters parameters = QuantizationParameters.symmetric(type, threshold);
      double x =
          threshold * random.nextDouble() * (type.min() < 0 && random.nextBoolean() ? -1 : 1);
      float value = (float) x;
      double error = Math.abs(parameters.dequantize(parameters.quantize(value)) - (double) value);
      // Beside the rounding to a level there are those of float32, at most one unit of the value.
      double slack = Math.ulp((float) threshold);
      assertThat(error).isLessThanOrEqualTo(parameters.scale() / 2.0 + slack);
    }
  }

  @Test
  void scaleIsTheThresholdOverTheLargestInteger() {
    assertThat(QuantizationParameters.symmetric(IntegerType.INT8, 12.7))
        .isEqualTo(new QuantizationParameters(IntegerType.INT8, 0.1f, 0));
    assertThat(QuantizationParameters.symmetric(IntegerType.UINT8, 25.5))
        .isEqualTo(new QuantizationParameters(IntegerType.UINT8, 0.1f, 0));
  }

  @Test
  void tinyThresholdsGetAScaleWithAnInverse() {
    float scale = QuantizationParameters.symmetric(IntegerType.INT8, Float.MIN_VALUE).scale();
    assertThat(scale).isEqualTo(Float.MIN_NORMAL);
    assertThat(1 / scale).isFinite();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e39})
  void thresholdThatIsNotFiniteAndPositiveIsRefused(double threshold) {
    assertThatThrownBy(() -> QuantizationParameters.symmetric(IntegerType.INT8, threshold))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected a finite, positive threshold, found " + threshold);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
  void scaleThatIsNotFiniteAndPositiveIsRefused(float scale) {
    assertThatThrownBy(() -> new QuantizationParameters(IntegerType.INT8, scale, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected a finite, positive scale, found " + scale);
  }

  @Test
  void zeroPointOutsideTheTypeIsRefused() {
    assertThatThrownBy(() -> new QuantizationParameters(IntegerType.INT8, 1, 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected a zero point in [-128, 127] for INT8, found 128");
  }

  @Test
  void levelsAreThoseOfMagnitudes() {
    assertThat(IntegerType.INT8.levels()).isEqualTo(128);
    assertThat(IntegerType.UINT8.levels()).isEqualTo(256);
  }

  @Test
  void onlyProcessorsKnownToAccumulateInThirtyTwoBitsDoNotSaturate() {
    assertThat(InstructionSet.values())
        .filteredOn(set -> !set.saturatesU8S8())
        .containsExactly(
            InstructionSet.AVX512_VNNI, InstructionSet.AVX_VNNI, InstructionSet.ARM_DOT_PRODUCT);
  }

  @ParameterizedTest
  @CsvSource({
    "-0.28, 5.2, 13",
    "-1, 1.01, 127",
    "-0.0001, 6, 1",
    "-3, 0, 255",
    "-6, 1, 219",
    "-254, 1, 254"
  })
  void aRangeHasAnExactZeroAndBothEndsWithinHalfAStep(double low, double high, int zeroPoint) {
    QuantizationParameters parameters = QuantizationParameters.asymmetric(low, high);
    double step = parameters.scale();

    assertThat(parameters.type()).isEqualTo(IntegerType.UINT8);
    assertThat(parameters.zeroPoint()).isEqualTo(zeroPoint);
    assertThat(parameters.isAsymmetric()).isTrue();
    assertThat(step).isCloseTo((high - low) / 255, within(1e-6 * step));
    assertThat(parameters.dequantize(parameters.quantize(0f))).isZero();
    assertThat(parameters.low()).isEqualTo(parameters.dequantize(0), within(1e-6 * -low));
    assertThat(parameters.high()).isEqualTo(parameters.dequantize(255), within(1e-6));
    if (zeroPoint > 1) {
      assertThat(parameters.low()).isCloseTo(low, within(step / 2 + 1e-6));
      assertThat(parameters.high()).isCloseTo(high, within(step / 2 + 1e-6));
    }
  }

  @Test
  void aSymmetricOneHasNoZeroPointOfItsOwn() {
    assertThat(QuantizationParameters.symmetric(IntegerType.INT8, 1).isAsymmetric()).isFalse();
    assertThat(QuantizationParameters.symmetric(IntegerType.UINT8, 1).isAsymmetric()).isFalse();
    assertThat(QuantizationParameters.symmetric(IntegerType.UINT8, 255).low()).isZero();
    assertThat(QuantizationParameters.symmetric(IntegerType.UINT8, 255).high()).isEqualTo(255);
    assertThat(QuantizationParameters.asymmetric(-1e-44, 0).scale()).isEqualTo(Float.MIN_NORMAL);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "-2, -1", "NaN, 1", "-1, NaN", "-1, Infinity", "-3e38, 3e38"})
  void aRangeWithoutZeroInBetweenIsRefused(double low, double high) {
    assertThatThrownBy(() -> QuantizationParameters.asymmetric(low, high))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found " + low + " to " + high);
  }
}
