package io.github.calib8.scale;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

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
 * @param degenerate why the method could not choose and the largest magnitude, or the threshold of
 *     the least squared error, was taken; empty if it chose
 * @param halfSetDifference how far the threshold depends on which images were taken: |T<sub>1</sub>
 *     - T<sub>2</sub>| / T, where T is the threshold and T<sub>1</sub> and T<sub>2</sub> are those
 *     that the same method finds on two disjoint halves of the images; at least 0. For a threshold
 *     whose error falls with the square root of the number of images, half of it estimates the
 *     relative standard error of T (random groups; K. Wolter, <i>Introduction to Variance
 *     Estimation</i>, 2nd edition, 2007, chapter 2). Empty if a half has no image, the table was
 *     not calibrated from images or by an earlier release, the tensor's values cannot be told apart
 *     by image, or the three thresholds are not all degenerate or all not
 * @param error what quantizing costs the values seen; empty if none was other than zero, or the
 *     table was not calibrated from images or by an earlier release
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
    Optional<String> degenerate,
    OptionalDouble halfSetDifference,
    Optional<QuantizationError> error) {

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
    Objects.requireNonNull(halfSetDifference, "halfSetDifference");
    Objects.requireNonNull(error, "error");
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
    double difference = halfSetDifference.orElse(0);
    require(
        difference >= 0 && Double.isFinite(difference),
        tensor,
        "a finite halfSetDifference of at least 0",
        difference);
  }

  /**
   * Creates an entry that tells neither how far the threshold depends on which images were taken
   * nor what quantizing costs.
   *
   * @param tensor the tensor's name in the model
   * @param threshold the largest magnitude that is represented
   * @param parameters the quantization parameters that follow from the threshold
   * @param count the number of values seen
   * @param zeros how many of them were exactly zero
   * @param negatives how many of them were below zero
   * @param min the smallest value seen
   * @param max the largest value seen
   * @param clippedFraction the share of values whose magnitude exceeds the threshold, in [0, 1]
   * @param degenerate why the largest magnitude was kept, if it was
   * @throws IllegalArgumentException if a number is outside its documented range
   */
  public TensorCalibration(
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
    this(
        tensor,
        threshold,
        parameters,
        count,
        zeros,
        negatives,
        min,
        max,
        clippedFraction,
        degenerate,
        OptionalDouble.empty(),
        Optional.empty());
  }

  /**
   * The same entry that tells how far the threshold depends on which images were taken.
   *
   * @param difference see {@link #halfSetDifference()}
   */
  public TensorCalibration withHalfSetDifference(double difference) {
    return with(OptionalDouble.of(difference), error);
  }

  /**
   * The same entry that tells what quantizing costs.
   *
   * @param newError see {@link #error()}
   */
  public TensorCalibration withError(QuantizationError newError) {
    return with(halfSetDifference, Optional.of(newError));
  }

  private TensorCalibration with(OptionalDouble difference, Optional<QuantizationError> newError) {
    return new TensorCalibration(
        tensor,
        threshold,
        parameters,
        count,
        zeros,
        negatives,
        min,
        max,
        clippedFraction,
        degenerate,
        difference,
        newError);
  }

  /** Returns whether the tensor is likely to cost the network accuracy, as far as is known. */
  public boolean isSuspect() {
    return error.filter(QuantizationError::isSuspect).isPresent();
  }

  private static void require(boolean holds, String tensor, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Expected %s for tensor '%s', found %s".formatted(expected, tensor, found));
    }
  }
}
