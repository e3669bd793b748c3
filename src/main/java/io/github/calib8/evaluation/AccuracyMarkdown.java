package io.github.calib8.evaluation;

import static io.github.calib8.evaluation.AccuracyText.nats;
import static io.github.calib8.evaluation.AccuracyText.pValue;
import static io.github.calib8.evaluation.AccuracyText.percent;
import static io.github.calib8.evaluation.AccuracyText.points;
import static io.github.calib8.evaluation.AccuracyText.rate;
import static io.github.calib8.evaluation.AccuracyText.ratio;

import io.github.calib8.engine.Environment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Markdown form of accuracy reports. */
final class AccuracyMarkdown {

  private AccuracyMarkdown() {}

  static String render(List<AccuracyReport> reports) {
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
      if (!report.skipped().isEmpty()) {
        text.append(report.name())
            .append(": left out ")
            .append(report.skipped().size())
            .append(" unreadable image(s): ")
            .append(String.join(", ", report.skipped()))
            .append(".\n");
      }
      for (String note : report.notes()) {
        text.append(report.name()).append(": ").append(note).append(".\n");
      }
      for (String finding : FindingText.sentences(findings.get(i))) {
        text.append(report.name()).append(": ").append(finding).append(".\n");
      }
    }
    return text.toString();
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
              for (String reason : products.reasons()) {
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
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "network",
            "FP32 top-1 / top-5",
            precision + " top-1 / top-5",
            "difference top-1 [95 %] / top-5",
            "images/s FP32 / " + precision,
            "speed-up"));
    for (AccuracyReport report : reports) {
      Interval interval = report.top1LossInterval();
      rows.add(
          List.of(
              report.name(),
              percent(report.fp32().top1()) + " / " + percent(report.fp32().top5()),
              percent(report.int8().top1()) + " / " + percent(report.int8().top5()),
              points(report.top1Loss())
                  + " [%s, %s] / ".formatted(points(interval.lower()), points(interval.upper()))
                  + points(report.top5Loss()),
              rate(report.fp32().imagesPerSecond()) + " / " + rate(report.int8().imagesPerSecond()),
              ratio(report.speedup()) + "x"));
    }
    return table(rows);
  }

  private static String pairs(List<AccuracyReport> reports) {
    String precision = AccuracyText.precision(reports);
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "network",
            "images",
            "right only in FP32 / " + precision,
            "McNemar p",
            "agreement",
            "mean softmax KL"));
    for (AccuracyReport report : reports) {
      rows.add(
          List.of(
              report.name(),
              Long.toString(report.images()),
              report.onlyFp32() + " / " + report.onlyInt8(),
              pValue(report.mcNemarP()),
              percent(report.agreement()),
              nats(report.meanKl())));
    }
    return table(rows);
  }

  /** A table with padded columns: the first one to the left, figures to the right. */
  private static String table(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    List<List<String>> cells =
        rows.stream()
            .map(row -> row.stream().map(cell -> cell.replace("|", "\\|")).toList())
            .toList();
    for (List<String> row : cells) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < cells.size(); row++) {
      for (int column = 0; column < columns; column++) {
        String cell = cells.get(row).get(column);
        String padding = " ".repeat(widths[column] - cell.length());
        text.append("| ").append(column == 0 ? cell + padding : padding + cell).append(' ');
      }
      text.append("|\n");
      if (row == 0) {
        for (int column = 0; column < columns; column++) {
          String dashes = "-".repeat(widths[column] + 1);
          text.append('|').append(column == 0 ? dashes + "-" : dashes + ":");
        }
        text.append("|\n");
      }
    }
    return text.toString();
  }
}
