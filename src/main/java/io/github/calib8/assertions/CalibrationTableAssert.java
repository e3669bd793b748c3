package io.github.calib8.assertions;

import io.github.calib8.report.CalibrationMarkdown;
import io.github.calib8.report.FindingText;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.TensorCalibration;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on a {@link CalibrationTable}. For one thread. */
public final class CalibrationTableAssert
    extends AbstractAssert<CalibrationTableAssert, CalibrationTable> {

  CalibrationTableAssert(@Nullable CalibrationTable actual) {
    super(actual, CalibrationTableAssert.class);
  }

  /**
   * Fails unless the table has an entry for a tensor.
   *
   * @param tensor the tensor's name
   * @return assertions on the entry
   */
  public TensorCalibrationAssert hasScaleFor(String tensor) {
    isNotNull();
    TensorCalibration entry = actual.find(tensor).orElse(null);
    if (entry == null) {
      failWithMessage(
          "%s",
          "%nExpected a scale for tensor '%s', found none%n%n%s"
              .formatted(tensor, CalibrationMarkdown.toMarkdown(actual)));
    }
    return new TensorCalibrationAssert(entry, actual);
  }

  /**
   * Fails unless every threshold {@linkplain TensorCalibrationAssert#convergedWithin converged}.
   *
   * @param percent the largest difference between two halves of the images, in percent of the
   *     threshold
   * @return this
   */
  public CalibrationTableAssert convergedWithin(double percent) {
    isNotNull();
    actual
        .tensors()
        .forEach(entry -> new TensorCalibrationAssert(entry, actual).convergedWithin(percent));
    return this;
  }

  /**
   * Fails if a tensor is {@linkplain TensorCalibration#isSuspect() likely to cost the network
   * accuracy}; names those that are. A table that does not tell, of another program or an earlier
   * release, has none.
   *
   * @return this
   */
  public CalibrationTableAssert hasNoSuspects() {
    isNotNull();
    FindingText.suspects(actual)
        .ifPresent(
            suspects ->
                failWithMessage(
                    "%s",
                    "%nExpected no tensor that is likely to hurt, found %s%n%n%s"
                        .formatted(suspects, CalibrationMarkdown.toMarkdown(actual))));
    return this;
  }
}
