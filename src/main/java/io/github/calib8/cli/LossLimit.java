package io.github.calib8.cli;

import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.AccuracyText;
import io.github.calib8.evaluation.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The option that makes a loss of accuracy an error.
 *
 * <p>It is about the difference that the table shows, which every reader can compare with the
 * limit. The upper end of its interval depends on the number of images as well: a limit on that
 * could never be met by few of them.
 */
final class LossLimit {

  static final String FAIL_ABOVE = "--fail-above";

  @Option(
      names = FAIL_ABOVE,
      paramLabel = "POINTS",
      converter = Points.class,
      description =
          "End with exit code 1 if INT8 loses more than this many percentage points of top-1: the"
              + " difference in the table, whatever its interval. Default: any loss is fine.")
  private @Nullable Double limit;

  /** Says which networks lose more, and returns the exit code. */
  int check(List<AccuracyReport> reports, CommandLine command) {
    if (limit == null) {
      return ExitCode.FINE;
    }
    int code = ExitCode.FINE;
    for (AccuracyReport report : reports) {
      if (report.top1Loss() > limit) {
        ErrorLines.print(command, describe(report, limit));
        code = ExitCode.LOSS_ABOVE_LIMIT;
      }
    }
    return code;
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
}
