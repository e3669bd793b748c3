package io.github.calib8.histogram;

import java.util.List;
import java.util.Optional;

/** What the calibration methods share. */
final class CalibrationMethods {
  static final List<CalibrationMethod> ALL =
      List.of(
          CalibrationMethod.entropy(),
          CalibrationMethod.unboundedEntropy(),
          CalibrationMethod.meanSquaredError(),
          CalibrationMethod.maxAbs(),
          CalibrationMethod.percentile(99.99),
          CalibrationMethod.percentile(99.999));

  private CalibrationMethods() {}

  static CalibrationMethod parse(String id) {
    for (CalibrationMethod method : ALL) {
      if (method.id().equals(id)) {
        return method;
      }
    }
    if (id.equals(EntropyMethod.NAME)) {
      return CalibrationMethod.entropy();
    }
    if (id.startsWith(EntropyMethod.PREFIX)) {
      return CalibrationMethod.entropy(number(id, EntropyMethod.PREFIX));
    }
    if (id.startsWith(PercentileMethod.PREFIX)) {
      return CalibrationMethod.percentile(number(id, PercentileMethod.PREFIX));
    }
    throw new IllegalArgumentException(
        "Expected a calibration method (entropy, entropy=BOUND, entropy=s7310, max-abs, mse or"
            + " percentile=P), found '"
            + id
            + "'");
  }

  private static double number(String id, String prefix) {
    String number = id.substring(prefix.length());
    try {
      return Double.parseDouble(number);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Expected a number after '%s', found '%s'".formatted(prefix, number), e);
    }
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
