package io.github.calib8.scale;

import java.util.Objects;
import java.util.Optional;

/**
 * One entry of a calibration table: what was seen of a tensor, and what was decided for it. A
 * value; immutable and thread-safe.
 *
 * @param tensor the tensor's name in the model
 * @param threshold the largest magnitude that is represented, finite and positive, in the tensor's
 *     unit; larger ones are clipped
 * @param parameters the quantization parameters that follow from the threshold
 * @param count the number of values seen
 * @param zeros how many of them were exactly zero
 * @param negatives how many of them were below zero
 * @param min the smallest value seen
 * @param max the largest value seen
 * @param clippedFraction the share of values whose magnitude exceeds the threshold, in [0, 1]
 * @param degenerate why the largest magnitude was kept instead of the method's own choice, if it
 *     was
 */
public record TensorCalibration(
    String tensor,
    double threshold,
    QuantizationParameters parameters,
    long count,
    long zeros,
    long negatives,
    double min,
    double max,
    double clippedFraction,
    Optional<String> degenerate) {

  /**
   * Checks the entry.
   *
   * @throws IllegalArgumentException if a number is outside its documented range; the message names
   *     the tensor
   */
  public TensorCalibration {
    Objects.requireNonNull(tensor, "tensor");
    Objects.requireNonNull(parameters, "parameters");
    Objects.requireNonNull(degenerate, "degenerate");
    require(!tensor.isEmpty(), tensor, "a name", "an empty one");
    require(
        threshold > 0 && Double.isFinite(threshold),
        tensor,
        "a finite, positive threshold",
        threshold);
    require(count >= 0, tensor, "a count of at least 0", count);
    require(zeros >= 0 && zeros <= count, tensor, "zeros in [0, " + count + "]", zeros);
    require(
        negatives >= 0 && negatives <= count - zeros,
        tensor,
        "negatives in [0, " + (count - zeros) + "]",
        negatives);
    require(Double.isFinite(min), tensor, "a finite min", min);
    require(Double.isFinite(max) && max >= min, tensor, "a finite max of at least " + min, max);
    require(
        clippedFraction >= 0 && clippedFraction <= 1,
        tensor,
        "a clippedFraction in [0, 1]",
        clippedFraction);
  }

  private static void require(boolean holds, String tensor, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Expected %s for tensor '%s', found %s".formatted(expected, tensor, found));
    }
  }
}
