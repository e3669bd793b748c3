package io.github.calib8.report;

import static io.github.calib8.report.AccuracyText.percent;
import static io.github.calib8.report.AccuracyText.points;
import static io.github.calib8.report.AccuracyText.ratio;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.benchmark.Speedup;
import io.github.calib8.benchmark.Spread;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Finding;
import io.github.calib8.evaluation.Interval;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Results in a sentence. */
final class Verdict {

  private Verdict() {}

  /** The loss of one network, and its gain in speed. */
  static String of(AccuracyReport report) {
    return "%s: %s %s of top-1 and is %s times as fast."
        .formatted(report.name(), subject(List.of(report)), loss(report), ratio(report.speedup()));
  }

  /** What FP32 itself is worth, without which a small loss means nothing. */
  static String ofFp32(AccuracyReport report) {
    double share = report.fp32().top1() / 100;
    // Two standard errors of a share, the images counted as two right and two wrong more.
    double images = report.images() + 4;
    double middle = (report.fp32().top1Correct() + 2) / images;
    double width = 100 * 1.96 * Math.sqrt(middle * (1 - middle) / images);
    String guessing =
        report.classes() > 1
            ? "; guessing gives %s %%".formatted(percent(100.0 / report.classes()))
            : "";
    String judgement =
        report.finds(Finding.Kind.FP32_NEAR_CHANCE)
            ? ": look at preprocessing and labels first"
            : "";
    return "FP32 itself ranks the right class first for %s ± %s %% of the images%s%s."
        .formatted(percent(100 * share), percent(width), guessing, judgement);
  }

  /** Whether that loss is more than chance. */
  static String certainty(AccuracyReport report) {
    String images = String.format(Locale.ROOT, "%,d images", report.images());
    return differs(report)
        ? "The difference is larger than chance over " + images + "."
        : images + " cannot tell it from no difference.";
  }

  /** The networks together; the sentence of the one if there is no other. */
  static String ofAll(List<AccuracyReport> reports) {
    if (reports.size() == 1) {
      return of(reports.get(0));
    }
    AccuracyReport worst =
        reports.stream().max(Comparator.comparingDouble(AccuracyReport::top1Loss)).orElseThrow();
    return "%s networks: in the worst case, %s, %s %s of top-1; it is %s to %s times as fast."
        .formatted(
            reports.size(),
            worst.name(),
            subject(reports),
            loss(worst),
            ratio(reports.stream().mapToDouble(AccuracyReport::speedup).min().orElseThrow()),
            ratio(reports.stream().mapToDouble(AccuracyReport::speedup).max().orElseThrow()));
  }

  /** How many of the differences are more than chance. */
  static String certaintyOfAll(List<AccuracyReport> reports) {
    if (reports.size() == 1) {
      return certainty(reports.get(0));
    }
    long differing = reports.stream().filter(Verdict::differs).count();
    return differing == 0
        ? "None of the differences is larger than chance."
        : "%s of the %s differences %s larger than chance."
            .formatted(differing, reports.size(), differing == 1 ? "is" : "are");
  }

  /** How fast INT8 is in the setting that is measured last, with the least and the greatest. */
  static Optional<String> of(BenchmarkReport report) {
    if (report.speedups().isEmpty()) {
      return Optional.empty();
    }
    Speedup speedup = report.speedups().get(report.speedups().size() - 1);
    Spread spread = speedup.overStock();
    return Optional.of(
        "%s: INT8 is %s times as fast as stock FP32 (%s to %s) at batch size %s with %s %s."
            .formatted(
                report.network(),
                ratio(spread.median()),
                ratio(spread.min()),
                ratio(spread.max()),
                speedup.batchSize(),
                speedup.workers(),
                speedup.workers() == 1 ? "worker" : "workers"));
  }

  private static String subject(List<AccuracyReport> reports) {
    String precision = AccuracyText.precision(reports);
    return precision.equals("INT8") ? precision : "the " + precision + " model";
  }

  /** The loss and half the width of its interval, which is symmetric but for the rounding. */
  private static String loss(AccuracyReport report) {
    Interval interval = report.top1LossInterval();
    return "%s %s ± %s points"
        .formatted(
            points(report.top1Loss()).startsWith("-") ? "gains" : "loses",
            percent(Math.abs(report.top1Loss())),
            percent((interval.upper() - interval.lower()) / 2));
  }

  private static boolean differs(AccuracyReport report) {
    Interval interval = report.top1LossInterval();
    return interval.lower() > 0 || interval.upper() < 0;
  }
}
