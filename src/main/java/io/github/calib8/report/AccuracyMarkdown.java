package io.github.calib8.report;

import static io.github.calib8.report.AccuracyText.percent;
import static io.github.calib8.report.AccuracyText.points;
import static io.github.calib8.report.AccuracyText.rate;

import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Finding;
import io.github.calib8.evaluation.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Markdown form of accuracy reports, for people; legible as plain text, too.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class AccuracyMarkdown {

  private AccuracyMarkdown() {}

  /**
   * Renders a report.
   *
   * @param report the report
   * @return two tables and the environment, each line ended by {@code \n}
   */
  public static String toMarkdown(AccuracyReport report) {
    return toMarkdown(List.of(report));
  }

  /**
   * Renders several reports as common tables, in the order given.
   *
   * @param reports at least one report; all of one environment
   * @return two tables and the environment, each line ended by {@code \n}
   * @throws IllegalArgumentException if the list is empty or the environments differ
   */
  public static String toMarkdown(List<AccuracyReport> reports) {
    if (reports.isEmpty()) {
      throw new IllegalArgumentException("Expected at least one report, found none");
    }
    Environment environment = reports.get(0).environment();
    for (AccuracyReport report : reports) {
      if (!report.environment().equals(environment)) {
        throw new IllegalArgumentException(
            "Expected reports of one environment, found "
                + environment.describe()
                + " and "
                + report.environment().describe());
      }
    }
    String precision = AccuracyText.precision(reports);
    StringBuilder text = new StringBuilder();
    text.append(accuracy(reports)).append('\n').append(pairs(reports)).append('\n');
    text.append(
        "Top-1, top-5 and agreement in %; difference = FP32 - "
            + precision
            + " in points, with its 95 %"
            + " confidence\ninterval (paired); p by the exact McNemar test; KL of the softmax"
            + " outputs in nats.\n");
    text.append("Measured on ").append(environment.describe()).append(".\n");
    text.append(scales(reports));
    reports.forEach(report -> text.append(products(report)));
    List<List<Finding>> findings = AccuracyReport.findings(reports);
    for (int i = 0; i < reports.size(); i++) {
      AccuracyReport report = reports.get(i);
      text.append(skipped(report.name(), "", report.skipped()));
      text.append(skipped(report.name(), " in calibration", report.calibrationSkipped()));
      for (String note : report.notes()) {
        text.append(report.name()).append(": ").append(note).append(".\n");
      }
      for (String finding : FindingText.sentences(findings.get(i))) {
        text.append(report.name()).append(": ").append(finding).append(".\n");
      }
    }
    return text.toString();
  }

  private static String skipped(String network, String where, List<String> images) {
    return images.isEmpty()
        ? ""
        : "%s: left out %s unreadable image(s)%s: %s.\n"
            .formatted(network, images.size(), where, String.join(", ", images));
  }

  /** What ran in integers, and why the rest did not. */
  private static String products(AccuracyReport report) {
    StringBuilder text = new StringBuilder();
    report
        .int8()
        .products()
        .filter(products -> products.count() > 0)
        .ifPresent(
            products -> {
              text.append(report.name()).append(": ").append(products).append(".\n");
              for (String reason : AccuracyText.reasons(products)) {
                text.append(report.name()).append(": ").append(reason).append(".\n");
              }
            });
    return text.toString();
  }

  /** A line for each origin, not for each network: most often all have the same. */
  private static String scales(List<AccuracyReport> reports) {
    Map<String, List<String>> networks = new LinkedHashMap<>();
    for (AccuracyReport report : reports) {
      report
          .scales()
          .ifPresent(
              origin ->
                  networks.computeIfAbsent(origin, o -> new ArrayList<>()).add(report.name()));
    }
    StringBuilder text = new StringBuilder();
    networks.forEach(
        (origin, names) -> {
          String whose = names.size() == reports.size() ? "" : " of " + String.join(", ", names);
          text.append(AccuracyText.precision(reports))
              .append(" scales")
              .append(whose)
              .append(": ")
              .append(origin)
              .append(".\n");
        });
    return text.toString();
  }

  private static String accuracy(List<AccuracyReport> reports) {
    String precision = AccuracyText.precision(reports);
    TextTable table =
        new TextTable(
            List.of(
                "network",
                "FP32 top-1 / top-5",
                precision + " top-1 / top-5",
                "difference top-1 [95 %] / top-5",
                "images/s FP32 / " + precision,
                AccuracyText.speedupHeader("speed-up", reports)));
    for (AccuracyReport report : reports) {
      Interval interval = report.top1LossInterval();
      table.row(
          List.of(
              report.name(),
              percent(report.fp32().top1()) + " / " + percent(report.fp32().top5()),
              percent(report.int8().top1()) + " / " + percent(report.int8().top5()),
              points(report.top1Loss())
                  + " [%s, %s] / ".formatted(points(interval.lower()), points(interval.upper()))
                  + points(report.top5Loss()),
              rate(report.fp32().imagesPerSecond()) + " / " + rate(report.int8().imagesPerSecond()),
              AccuracyText.speedup(report)));
    }
    return table.toPaddedMarkdown();
  }

  private static String pairs(List<AccuracyReport> reports) {
    String precision = AccuracyText.precision(reports);
    TextTable table =
        new TextTable(
            List.of(
                "network",
                "images",
                "right only in FP32 / " + precision,
                "McNemar p",
                "agreement",
                "mean softmax KL"));
    for (AccuracyReport report : reports) {
      table.row(AccuracyText.pairCells(report));
    }
    return table.toPaddedMarkdown();
  }
}
