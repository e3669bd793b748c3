package io.github.calib8.histogram;

import java.util.List;
import java.util.Optional;

/** What the calibration methods share. */
final class CalibrationMethods {
  private static final List<CalibrationMethod> WITHOUT_PARAMETERS =
      List.of(
          CalibrationMethod.entropy(),
          CalibrationMethod.maxAbs(),
          CalibrationMethod.meanSquaredError());

  private CalibrationMethods() {}

  static CalibrationMethod parse(String id) {
    for (CalibrationMethod method : WITHOUT_PARAMETERS) {
      if (method.id().equals(id)) {
        return method;
      }
    }
    if (id.startsWith(PercentileMethod.PREFIX)) {
      String percentage = id.substring(PercentileMethod.PREFIX.length());
      try {
        return CalibrationMethod.percentile(Double.parseDouble(percentage));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "Expected a number after 'percentile=', found '" + percentage + "'", e);
      }
    }
    throw new IllegalArgumentException(
        "Expected a calibration method (entropy, max-abs, mse or percentile=P), found '"
            + id
            + "'");
  }

  /** Returns the threshold of a tensor that leaves no method a choice. */
  static Optional<Threshold> withoutChoice(Histogram histogram) {
    if (histogram.nonZeros() == 0) {
      return Optional.of(Threshold.degenerate(histogram, "no value other than zero"));
    }
    if (histogram.min() == histogram.max()) {
      return Optional.of(
          Threshold.degenerate(histogram, "constant: every value is " + histogram.min()));
    }
    return Optional.empty();
  }
}
