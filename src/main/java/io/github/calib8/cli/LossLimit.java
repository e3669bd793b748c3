package io.github.calib8.cli;

import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Finding;
import io.github.calib8.evaluation.Interval;
import io.github.calib8.report.AccuracyText;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The options that make a loss of accuracy an error, and an FP32 model that has none to lose.
 *
 * <p>The limit is about the difference that the table shows, which every reader can compare with
 * the limit. The upper end of its interval depends on the number of images as well: a limit on that
 * could never be met by few of them.
 */
final class LossLimit {

  static final String FAIL_ABOVE = "--fail-above";
  static final String FP32_AT_LEAST = "--fp32-at-least";

  @Option(
      names = FAIL_ABOVE,
      paramLabel = "POINTS",
      converter = Points.class,
      description =
          "End with exit code 1 if INT8 loses more than this many percentage points of top-1: the"
              + " difference in the table, whatever its interval. Default: any loss is fine.")
  private @Nullable Double limit;

  @Option(
      names = FP32_AT_LEAST,
      paramLabel = "PERCENT",
      converter = Percent.class,
      description =
          "End with exit code 1 if FP32's own top-1 accuracy is lower, as it is with a wrong"
              + " preprocessing or other labels. Default: any is fine, but hardly better than chance"
              + " is not with --fail-above.")
  private @Nullable Double fp32;

  /** Says which networks lose more, or are too bad to begin with, and returns the exit code. */
  int check(List<AccuracyReport> reports, CommandLine command) {
    List<String> errors = reports.stream().flatMap(this::errors).toList();
    errors.forEach(error -> ErrorLines.print(command, error));
    return errors.isEmpty() ? ExitCode.FINE : ExitCode.LIMIT_BROKEN;
  }

  private Stream<String> errors(AccuracyReport report) {
    Stream.Builder<String> errors = Stream.builder();
    if (fp32 != null && report.fp32().top1() < fp32) {
      errors.add(
          "Expected FP32 itself at %s %% of top-1 or more, found %s %% for '%s'"
              .formatted(fp32, AccuracyText.percent(report.fp32().top1()), report.name()));
    }
    if (limit != null && report.finds(Finding.Kind.FP32_NEAR_CHANCE)) {
      errors.add(
          ("Expected an FP32 model better than chance, found %s %% of top-1 for '%s': look at"
                  + " preprocessing, labels and the order of the classes")
              .formatted(AccuracyText.percent(report.fp32().top1()), report.name()));
    }
    if (limit != null && report.top1Loss() > limit) {
      errors.add(describe(report, limit));
    }
    return errors.build();
  }

  private static String describe(AccuracyReport report, double limit) {
    Interval interval = report.top1LossInterval();
    return "Expected a loss of at most %s points of top-1, found %s [%s, %s] for '%s'"
        .formatted(
            limit,
            AccuracyText.points(report.top1Loss()),
            AccuracyText.points(interval.lower()),
            AccuracyText.points(interval.upper()),
            report.name());
  }

  /** Reads a limit. */
  static final class Points implements ITypeConverter<Double> {

    @Override
    public Double convert(String value) {
      if (!value.matches("\\d{1,3}(\\.\\d+)?")) {
        throw new TypeConversionException(
            "Expected a number of percentage points, 0 or more, found '" + value + "'");
      }
      return Double.valueOf(value);
    }
  }

  /** Reads a percentage. */
  static final class Percent implements ITypeConverter<Double> {

    @Override
    public Double convert(String value) {
      if (!value.matches("\\d{1,3}(\\.\\d+)?") || Double.parseDouble(value) > 100) {
        throw new TypeConversionException("Expected a percentage, 0 to 100, found '" + value + "'");
      }
      return Double.valueOf(value);
    }
  }
}
