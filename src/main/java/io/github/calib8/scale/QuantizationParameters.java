package io.github.calib8.scale;

import java.util.Objects;

/**
 * How real numbers map to integers: {@code q = saturate(round(x / scale) + zeroPoint)} and {@code x
 * = (q - zeroPoint) * scale}. A value; immutable and thread-safe.
 *
 * @param type the integer type
 * @param scale the distance of two neighboring levels, finite and positive, in the tensor's unit
 * @param zeroPoint the integer that stands for 0, within the range of {@code type}
 * @see <a href="https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html">ONNX QuantizeLinear</a>,
 *     whose arithmetic this follows
 */
public record QuantizationParameters(IntegerType type, float scale, int zeroPoint) {

  /**
   * Checks the parameters.
   *
   * @throws IllegalArgumentException if the scale is not finite and positive, or the zero point
   *     outside the type's range
   */
  public QuantizationParameters {
    Objects.requireNonNull(type, "type");
    if (!(scale > 0 && scale <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("Expected a finite, positive scale, found " + scale);
    }
    if (zeroPoint < type.min() || zeroPoint > type.max()) {
      throw new IllegalArgumentException(
          "Expected a zero point in [%s, %s] for %s, found %s"
              .formatted(type.min(), type.max(), type, zeroPoint));
    }
  }

  /**
   * Returns the parameters with zero point 0 that represent magnitudes up to a threshold: {@code
   * scale = threshold / type.max()}, that is T/127 for INT8 and T/255 for UINT8.
   *
   * <p>Special case: a scale below {@link Float#MIN_NORMAL} becomes that number, since the inverse
   * of a smaller one overflows.
   *
   * @param type the integer type
   * @param threshold the largest magnitude to represent, finite and positive
   * @throws IllegalArgumentException if the threshold is not finite and positive, or beyond float32
   */
  public static QuantizationParameters symmetric(IntegerType type, double threshold) {
    if (!(threshold > 0 && threshold <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "Expected a finite, positive threshold, found " + threshold);
    }
    float scale = Math.max((float) (threshold / type.max()), Float.MIN_NORMAL);
    return new QuantizationParameters(type, scale, 0);
  }

  /**
   * Returns the parameters that represent values from a lower to an upper bound, with zero in
   * between: {@link IntegerType#UINT8}, {@code scale = (high - low) / 255}, and the zero point
   * {@code -low / scale} rounded to an integer from 1 to 255. Zero is represented exactly; so the
   * bounds move by half a step at most.
   *
   * <p>Special case: a scale below {@link Float#MIN_NORMAL} becomes that number.
   *
   * @param low the smallest value to represent, finite and below 0
   * @param high the largest value to represent, finite and at least 0
   * @throws IllegalArgumentException if a bound is on the wrong side of zero, or they are further
   *     apart than float32 reaches
   */
  public static QuantizationParameters asymmetric(double low, double high) {
    double span = high - low;
    if (!(low < 0 && high >= 0 && span <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "Expected a range from below 0 to 0 or above within float32, found %s to %s"
              .formatted(low, high));
    }
    int steps = IntegerType.UINT8.max();
    float scale = Math.max((float) (span / steps), Float.MIN_NORMAL);
    double zeroPoint = Math.max(1, Math.min(steps, roundHalfToEven(-low / scale)));
    return new QuantizationParameters(IntegerType.UINT8, scale, (int) zeroPoint);
  }

  /**
   * Returns whether the integers stand for a range with zero in between, as {@link #asymmetric} has
   * it: unsigned ones with a zero point other than 0.
   */
  public boolean isAsymmetric() {
    return type == IntegerType.UINT8 && zeroPoint != 0;
  }

  /** Returns what the smallest integer stands for, in the tensor's unit. */
  public double low() {
    return (type.min() - zeroPoint) * (double) scale;
  }

  /** Returns what the largest integer stands for, in the tensor's unit. */
  public double high() {
    return (type.max() - zeroPoint) * (double) scale;
  }

  /**
   * Rounds to the nearest integer, halves to the even one: the one rounding that quantization uses.
   *
   * @param value any number; NaN and infinities are returned as they are
   */
  public static double roundHalfToEven(double value) {
    return Math.rint(value);
  }

  /**
   * Returns the integer that stands for a number, saturated to the type's range.
   *
   * <p>The quotient is a float32 one, as in ONNX. Special cases: infinities saturate, NaN gives the
   * zero point.
   */
  public int quantize(float value) {
    double rounded = roundHalfToEven(value / scale);
    if (Double.isNaN(rounded)) {
      return zeroPoint;
    }
    return (int) Math.max(type.min(), Math.min(type.max(), rounded + zeroPoint));
  }

  /** Returns the number that an integer stands for; integers beyond the type's range as well. */
  public float dequantize(int quantized) {
    return (quantized - zeroPoint) * scale;
  }
}
