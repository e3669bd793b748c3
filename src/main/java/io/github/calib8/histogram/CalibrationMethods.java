package io.github.calib8.histogram;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

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

  /** What {@link #parse} reads. */
  private static final List<Form> FORMS =
      List.of(
          Form.of(CalibrationMethod.entropy(), EntropyMethod.NAME),
          Form.of(CalibrationMethod.unboundedEntropy()),
          new Form(EntropyMethod.PREFIX, "BOUND", CalibrationMethod::entropy),
          Form.of(CalibrationMethod.maxAbs()),
          Form.of(CalibrationMethod.meanSquaredError()),
          new Form(PercentileMethod.PREFIX, "P", CalibrationMethod::percentile));

  private CalibrationMethods() {}

  /** A name, and the number behind it where there is one. */
  private record Form(String name, String number, DoubleFunction<CalibrationMethod> method) {
    static Form of(CalibrationMethod method, String name) {
      return new Form(name, "", none -> method);
    }

    static Form of(CalibrationMethod method) {
      return of(method, method.id());
    }

    boolean reads(String id) {
      return number.isEmpty() ? id.equals(name) : id.startsWith(name);
    }

    CalibrationMethod parse(String id) {
      String text = id.substring(name.length());
      try {
        return method.apply(number.isEmpty() ? 0 : Double.parseDouble(text));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "Expected a number after '%s', found '%s'".formatted(name, text), e);
      }
    }
  }

  static List<String> forms() {
    return FORMS.stream().map(form -> form.name + form.number).toList();
  }

  static CalibrationMethod parse(String id) {
    return FORMS.stream()
        .filter(form -> form.reads(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Expected a calibration method (%s), found '%s'"
                        .formatted(String.join(", ", forms()), id)))
        .parse(id);
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
