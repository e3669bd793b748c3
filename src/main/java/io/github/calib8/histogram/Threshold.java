package io.github.calib8.histogram;

import java.util.Objects;
import java.util.Optional;

/**
 * The largest magnitude to represent. A value; immutable and thread-safe.
 *
 * @param value the threshold, finite and positive, in the tensor's unit
 * @param degenerate why the method could not choose and the largest magnitude, or the threshold of
 *     the least squared error, was taken; empty if it chose
 */
public record Threshold(double value, Optional<String> degenerate) {

  /** The threshold of a tensor that is zero throughout: any would do, and its scale is harmless. */
  static final double OF_ALL_ZERO = 1;

  /**
   * Checks the threshold.
   *
   * @throws IllegalArgumentException if the value is not finite and positive
   */
  public Threshold {
    Objects.requireNonNull(degenerate, "degenerate");
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("Expected a finite, positive threshold, found " + value);
    }
  }

  /** Returns a method's own choice. */
  static Threshold of(double value) {
    return new Threshold(value, Optional.empty());
  }

  /** Returns the largest magnitude of a histogram, and why a method could not do better. */
  static Threshold degenerate(Histogram histogram, String reason) {
    double maxAbs = histogram.maxAbs();
    return new Threshold(maxAbs > 0 ? maxAbs : OF_ALL_ZERO, Optional.of(reason));
  }
}
