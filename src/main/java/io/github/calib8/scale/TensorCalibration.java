package io.github.calib8.scale;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a calibration table: what was seen of a tensor, and what was decided for it. A
 * value; immutable and thread-safe.
 */
public final class TensorCalibration {
  /** All of it, so that equality and text are those of a record. */
  private record Values(
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
    Values {
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
  }

  private final Values values;

  private TensorCalibration(Values values) {
    this.values = values;
  }

  /**
   * Begins a new one.
   *
   * @param tensor the tensor's name in the model
   * @param threshold the largest magnitude that is represented, finite and positive, in the
   *     tensor's unit; larger ones are clipped
   * @param parameters the quantization parameters that follow from the threshold
   * @return a builder
   */
  public static Builder builder(
      String tensor, double threshold, QuantizationParameters parameters) {
    return new Builder(tensor, threshold, parameters);
  }

  /**
   * Begins a new one of a range with zero in between.
   *
   * @param tensor the tensor's name in the model
   * @param parameters the quantization parameters of the range; the threshold is the larger
   *     magnitude of its two ends
   * @return a builder
   */
  public static Builder builder(String tensor, QuantizationParameters parameters) {
    return builder(tensor, Math.max(-parameters.low(), parameters.high()), parameters);
  }

  /**
   * Begins another one, the same but for what is set anew.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns the tensor's name in the model. */
  public String tensor() {
    return values.tensor;
  }

  /**
   * Returns the largest magnitude that is represented, finite and positive, in the tensor's unit;
   * larger ones are clipped. Of a range with zero in between it is that of the end further from
   * zero.
   */
  public double threshold() {
    return values.threshold;
  }

  /**
   * Returns the quantization parameters that follow from the threshold, or from the range with zero
   * in between, whose ends are {@link QuantizationParameters#low()} and {@link
   * QuantizationParameters#high()}.
   */
  public QuantizationParameters parameters() {
    return values.parameters;
  }

  /** Returns the number of values seen. */
  public long count() {
    return values.count;
  }

  /** Returns how many of them were exactly zero. */
  public long zeros() {
    return values.zeros;
  }

  /** Returns how many of them were below zero. */
  public long negatives() {
    return values.negatives;
  }

  /** Returns the smallest value seen. */
  public double min() {
    return values.min;
  }

  /** Returns the largest value seen. */
  public double max() {
    return values.max;
  }

  /**
   * Returns the share of values that are clipped, in [0, 1]: those whose magnitude exceeds the
   * threshold, or that are beyond the range with zero in between.
   */
  public double clippedFraction() {
    return values.clippedFraction;
  }

  /**
   * Returns why the method could not choose and the largest magnitude, or the threshold of the
   * least squared error, was taken; empty if it chose.
   */
  public Optional<String> degenerate() {
    return values.degenerate;
  }

  /**
   * Returns how far the threshold depends on which images were taken: |T<sub>1</sub> -
   * T<sub>2</sub>| / T, where T is the threshold and T<sub>1</sub> and T<sub>2</sub> are those that
   * the same method finds on two disjoint halves of the images; at least 0. For a threshold whose
   * error falls with the square root of the number of images, half of it estimates the relative
   * standard error of T (random groups; K. Wolter, <i>Introduction to Variance Estimation</i>, 2nd
   * edition, 2007, chapter 2). Empty if a half has no image, the table was not calibrated from
   * images or by an earlier release, the tensor's values cannot be told apart by image, or the
   * three thresholds are not all degenerate or all not. Of ranges with zero in between it is the
   * larger difference of the two ends.
   */
  public OptionalDouble halfSetDifference() {
    return values.halfSetDifference;
  }

  /**
   * Returns what quantizing costs the values seen; empty if none was other than zero, or the table
   * was not calibrated from images or by an earlier release.
   */
  public Optional<QuantizationError> error() {
    return values.error;
  }

  /**
   * The same entry that tells how far the threshold depends on which images were taken.
   *
   * @param difference see {@link #halfSetDifference()}
   */
  public TensorCalibration withHalfSetDifference(double difference) {
    return toBuilder().withHalfSetDifference(OptionalDouble.of(difference)).build();
  }

  /**
   * The same entry that tells what quantizing costs.
   *
   * @param newError see {@link #error()}
   */
  public TensorCalibration withError(QuantizationError newError) {
    return toBuilder().withError(Optional.of(newError)).build();
  }

  /** Returns whether the tensor is likely to cost the network accuracy, as far as is known. */
  public boolean isSuspect() {
    return values.error.filter(QuantizationError::isSuspect).isPresent();
  }

  private static void require(boolean holds, String tensor, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Expected %s for tensor '%s', found %s".formatted(expected, tensor, found));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TensorCalibration that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "TensorCalibration" + values.toString().substring("Values".length());
  }

  /** Makes one. Not thread-safe. */
  public static final class Builder {
    private final String tensor;
    private final double threshold;
    private final QuantizationParameters parameters;
    private long count;
    private long zeros;
    private long negatives;
    private double min;
    private double max;
    private double clippedFraction;
    private Optional<String> degenerate = Optional.empty();
    private OptionalDouble halfSetDifference = OptionalDouble.empty();
    private Optional<QuantizationError> error = Optional.empty();

    private Builder(String tensor, double threshold, QuantizationParameters parameters) {
      this.tensor = tensor;
      this.threshold = threshold;
      this.parameters = parameters;
    }

    private Builder(Values values) {
      this.tensor = values.tensor;
      this.threshold = values.threshold;
      this.parameters = values.parameters;
      this.count = values.count;
      this.zeros = values.zeros;
      this.negatives = values.negatives;
      this.min = values.min;
      this.max = values.max;
      this.clippedFraction = values.clippedFraction;
      this.degenerate = values.degenerate;
      this.halfSetDifference = values.halfSetDifference;
      this.error = values.error;
    }

    /**
     * Sets how many values were seen; default: 0.
     *
     * @param count see {@link TensorCalibration#count()}
     * @param zeros see {@link TensorCalibration#zeros()}
     * @param negatives see {@link TensorCalibration#negatives()}
     * @return this builder
     */
    public Builder withCounts(long count, long zeros, long negatives) {
      this.count = count;
      this.zeros = zeros;
      this.negatives = negatives;
      return this;
    }

    /**
     * Sets the smallest and the largest value seen; default: 0.
     *
     * @param min see {@link TensorCalibration#min()}
     * @param max see {@link TensorCalibration#max()}
     * @return this builder
     */
    public Builder withRange(double min, double max) {
      this.min = min;
      this.max = max;
      return this;
    }

    /**
     * Sets the share of values that are clipped; default: 0.
     *
     * @param clippedFraction see {@link TensorCalibration#clippedFraction()}
     * @return this builder
     */
    public Builder withClippedFraction(double clippedFraction) {
      this.clippedFraction = clippedFraction;
      return this;
    }

    /**
     * Sets why the method could not choose; default: empty.
     *
     * @param degenerate see {@link TensorCalibration#degenerate()}
     * @return this builder
     */
    public Builder withDegenerate(Optional<String> degenerate) {
      this.degenerate = degenerate;
      return this;
    }

    /**
     * Sets how far the threshold depends on which images were taken; default: empty.
     *
     * @param halfSetDifference see {@link TensorCalibration#halfSetDifference()}
     * @return this builder
     */
    public Builder withHalfSetDifference(OptionalDouble halfSetDifference) {
      this.halfSetDifference = halfSetDifference;
      return this;
    }

    /**
     * Sets what quantizing costs; default: empty.
     *
     * @param error see {@link TensorCalibration#error()}
     * @return this builder
     */
    public Builder withError(Optional<QuantizationError> error) {
      this.error = error;
      return this;
    }

    /**
     * Makes it.
     *
     * @return the value
     * @throws IllegalArgumentException if a number is outside its documented range; the message
     *     names the tensor
     */
    public TensorCalibration build() {
      return new TensorCalibration(
          new Values(
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
              halfSetDifference,
              error));
    }
  }
}
