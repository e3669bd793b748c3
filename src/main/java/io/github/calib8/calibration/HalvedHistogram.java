package io.github.calib8.calibration;

import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.histogram.Histogram;
import io.github.calib8.histogram.Threshold;
import io.github.calib8.scale.IntegerType;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was seen of a tensor: a histogram for each half of the images, which add up to that of all.
 *
 * <p>The halves must be those of {@link ImageRun}. Where a tensor's values cannot be told apart by
 * image, all are in the first histogram.
 */
record HalvedHistogram(Histogram first, Histogram second) {

  static HalvedHistogram empty() {
    return new HalvedHistogram(new Histogram(), new Histogram());
  }

  Histogram half(ImageRun run) {
    return run.inSecondHalf() ? second : first;
  }

  /** A histogram of its own of all images. */
  Histogram whole() {
    Histogram whole = first.copy();
    whole.merge(second);
    return whole;
  }

  /** Adds another tensor's values or other images', each to its own half. */
  void merge(HalvedHistogram other) {
    first.merge(other.first);
    second.merge(other.second);
  }

  HalvedHistogram copy() {
    return new HalvedHistogram(first.copy(), second.copy());
  }

  /**
   * How far the thresholds of the two halves are apart, by that of the whole.
   *
   * @param whole the threshold that the method chose for the whole
   * @return empty where a half holds nothing, or where not all three thresholds were found in the
   *     same way: the largest magnitude, which a degenerate tensor keeps, is no estimate of what
   *     the method chooses elsewhere
   */
  OptionalDouble difference(CalibrationMethod method, IntegerType type, Threshold whole) {
    if (first.count() == 0 || second.count() == 0) {
      return OptionalDouble.empty();
    }
    Threshold one = method.threshold(first, type);
    Threshold other = method.threshold(second, type);
    return isDegenerateLike(one, whole) && isDegenerateLike(other, whole)
        ? OptionalDouble.of(Math.abs(one.value() - other.value()) / whole.value())
        : OptionalDouble.empty();
  }

  private static boolean isDegenerateLike(Threshold half, Threshold whole) {
    Optional<String> reason = half.degenerate();
    return reason.isPresent() == whole.degenerate().isPresent();
  }
}
