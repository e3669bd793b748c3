package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;
import java.util.Objects;
import java.util.Optional;

/**
 * The smallest and the largest value to represent, with zero in between. A value; immutable and
 * thread-safe.
 *
 * @param low the smallest value, finite and below zero, in the tensor's unit
 * @param high the largest value, finite and not below zero
 * @param degenerate why the method could not choose and the smallest and largest value, or the
 *     range of the least squared error, was taken; empty if it chose
 */
public record ClippingRange(double low, double high, Optional<String> degenerate) {
  private static final int STEPS = IntegerType.UINT8.max();

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if a bound is not finite, or on the wrong side of zero
   */
  public ClippingRange {
    Objects.requireNonNull(degenerate, "degenerate");
    if (!(low < 0 && high >= 0 && Double.isFinite(low) && Double.isFinite(high))) {
      throw new IllegalArgumentException(
          "Expected a finite range with zero in between, found %s to %s".formatted(low, high));
    }
  }

  /** Returns a method's own choice; there is a level below zero in any case. */
  static ClippingRange of(double low, double high) {
    return new ClippingRange(Math.min(low, -high / (STEPS - 1)), high, Optional.empty());
  }

  /** Returns what 8 bits represent with a scale and a zero point from 1 on. */
  static ClippingRange of(double scale, int zeroPoint) {
    return new ClippingRange(-zeroPoint * scale, (STEPS - zeroPoint) * scale, Optional.empty());
  }

  /** Returns the extremes of a histogram; values on both sides of zero are not needed. */
  static ClippingRange ofExtremes(Histogram histogram) {
    return of(Math.min(0, histogram.min()), Math.max(0, histogram.max()));
  }

  /** Returns the distance of two levels. */
  double scale() {
    return (high - low) / STEPS;
  }

  /** Returns how many levels are below zero. */
  int zeroPoint() {
    return Math.max(1, Math.min(STEPS, (int) Math.rint(-low / scale())));
  }

  /** Returns the same with a reason why it is no choice. */
  ClippingRange because(String reason) {
    return new ClippingRange(low, high, Optional.of(reason));
  }
}
