package io.github.calib8.assertions;

import io.github.calib8.report.CalibrationMarkdown;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.TensorCalibration;
import java.util.Locale;
import java.util.OptionalDouble;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on one entry of a calibration table. For one thread. */
public final class TensorCalibrationAssert
    extends AbstractAssert<TensorCalibrationAssert, TensorCalibration> {
  private static final int PERCENT = 100;

  private final @Nullable CalibrationTable table;

  TensorCalibrationAssert(@Nullable TensorCalibration actual) {
    this(actual, null);
  }

  /** Shows the table when it fails. */
  TensorCalibrationAssert(@Nullable TensorCalibration actual, @Nullable CalibrationTable table) {
    super(actual, TensorCalibrationAssert.class);
    this.table = table;
  }

  /**
   * Fails unless two halves of the calibration images agree on the threshold, as they do when there
   * are enough images: see {@link TensorCalibration#halfSetDifference()}. Fails, too, if the entry
   * does not tell.
   *
   * @param percent the largest difference, in percent of the threshold
   * @return this
   */
  public TensorCalibrationAssert convergedWithin(double percent) {
    isNotNull();
    OptionalDouble difference = actual.halfSetDifference();
    if (difference.isEmpty()) {
      fail("halves that differ by %s %% or less".formatted(percent), "no halves to compare");
    } else if (!(PERCENT * difference.getAsDouble() <= percent)) {
      fail(
          "halves that differ by %s %% or less".formatted(percent),
          figure(PERCENT * difference.getAsDouble()) + " %");
    }
    return this;
  }

  /**
   * Fails if a larger share of the values was beyond the threshold.
   *
   * @param percent the largest share, in percent of all values
   * @return this
   */
  public TensorCalibrationAssert clipsAtMost(double percent) {
    isNotNull();
    if (!(PERCENT * actual.clippedFraction() <= percent)) {
      fail(
          "at most %s %% of the values clipped".formatted(percent),
          figure(PERCENT * actual.clippedFraction()) + " %");
    }
    return this;
  }

  /**
   * Fails if the method could not choose and the largest magnitude was kept.
   *
   * @return this
   */
  public TensorCalibrationAssert isNotDegenerate() {
    isNotNull();
    actual.degenerate().ifPresent(reason -> fail("a threshold of the method's choice", reason));
    return this;
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  private void fail(String expected, String found) {
    failWithMessage(
        "%s",
        "%nExpected of tensor '%s': %s%nfound: %s%n%n%s"
            .formatted(
                actual.tensor(),
                expected,
                found,
                table == null ? actual : CalibrationMarkdown.toMarkdown(table)));
  }
}
