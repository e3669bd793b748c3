package io.github.calib8.report;

import static io.github.calib8.report.AccuracyText.percent;
import static io.github.calib8.report.AccuracyText.points;
import static io.github.calib8.report.AccuracyText.rate;

import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.IntegerProducts;
import io.github.calib8.evaluation.Interval;
import io.github.calib8.evaluation.MeasuredModels;
import io.github.calib8.report.ReferenceLosses.Losses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What quantization cost: tables and a plot of the differences. */
final class AccuracySection {

  private AccuracySection() {}

  static void write(List<AccuracyReport> reports, Markup page) {
    String precision = AccuracyText.precision(reports);
    boolean referenced =
        reports.stream().anyMatch(report -> ReferenceLosses.of(report.name()).isPresent());
    page.open("section", "id", "accuracy").leaf("h2", "Accuracy");
    HtmlTable.write(
        accuracy(reports, referenced),
        "Accuracy in %; differences are FP32 - "
            + precision
            + " in points, with the 95 % confidence interval",
        page);
    boolean drawn = reports.size() > 1 || referenced;
    page.open("div", "class", drawn ? "beside plot-and-table" : "");
    if (drawn) {
      plot(reports, precision, referenced, page);
    }
    page.open("div");
    HtmlTable.write(
        pairs(reports),
        "The same images in both: what differs, and how far outputs are apart",
        page);
    HtmlTable.write(files(reports), "Files, and the time of an image in these batches", page);
    page.close().close();
    if (referenced) {
      page.leaf("p", ReferenceLosses.SOURCE, "class", "small");
    }
    products(reports, page);
    page.close();
  }

  private static void plot(
      List<AccuracyReport> reports, String precision, boolean referenced, Markup page) {
    page.open("figure");
    page.append(
        IntervalPlot.draw(
            "Loss of top-1 accuracy by network with its 95 % confidence interval",
            "points of top-1 lost by " + precision,
            0,
            reports.stream().map(AccuracySection::row).toList()));
    page.leaf(
        "figcaption",
        "Dot: the difference measured here. Bar: its 95 % confidence interval, from the images on"
            + " which only one of the two is right."
            + (referenced ? " Diamond: the reference." : ""));
    page.close();
  }

  /** What ran in integers, and why the rest did not. */
  private static void products(List<AccuracyReport> reports, Markup page) {
    if (reports.stream().allMatch(report -> counted(report).isEmpty())) {
      return;
    }
    page.open("ul");
    for (AccuracyReport report : reports) {
      counted(report)
          .ifPresent(
              products -> {
                page.leaf("li", report.name() + ": " + products + ".");
                AccuracyText.reasons(products)
                    .forEach(reason -> page.leaf("li", report.name() + ": " + reason + "."));
              });
    }
    page.close();
  }

  private static Optional<IntegerProducts> counted(AccuracyReport report) {
    return report.int8().products().filter(products -> products.count() > 0);
  }

  private static IntervalPlot.Row row(AccuracyReport report) {
    Interval interval = report.top1LossInterval();
    return new IntervalPlot.Row(
        report.name(),
        "",
        report.top1Loss(),
        interval.lower(),
        interval.upper(),
        ReferenceLosses.of(report.name()).stream().mapToDouble(Losses::top1).findFirst());
  }

  private static TextTable accuracy(List<AccuracyReport> reports, boolean referenced) {
    String precision = AccuracyText.precision(reports);
    List<String> header =
        new ArrayList<>(List.of("Network", "Difference top-1 [95 %]", "Difference top-5"));
    if (referenced) {
      header.add("Reference top-1 / top-5");
    }
    header.addAll(
        List.of(
            "FP32 top-1 / top-5",
            precision + " top-1 / top-5",
            "Images/s FP32 / " + precision,
            AccuracyText.speedupHeader("Speed-up", reports)));
    TextTable table = new TextTable(header);
    for (AccuracyReport report : reports) {
      Interval interval = report.top1LossInterval();
      List<String> cells = new ArrayList<>();
      cells.add(report.name());
      cells.add(
          points(report.top1Loss())
              + " [%s, %s]".formatted(points(interval.lower()), points(interval.upper())));
      cells.add(points(report.top5Loss()));
      if (referenced) {
        cells.add(
            ReferenceLosses.of(report.name())
                .map(losses -> points(losses.top1()) + " / " + points(losses.top5()))
                .orElse("-"));
      }
      cells.add(percent(report.fp32().top1()) + " / " + percent(report.fp32().top5()));
      cells.add(percent(report.int8().top1()) + " / " + percent(report.int8().top5()));
      cells.add(
          rate(report.fp32().imagesPerSecond()) + " / " + rate(report.int8().imagesPerSecond()));
      cells.add(AccuracyText.speedup(report));
      table.row(cells);
    }
    return table;
  }

  private static TextTable files(List<AccuracyReport> reports) {
    String precision = AccuracyText.precision(reports);
    TextTable table =
        new TextTable(
            List.of(
                "Network",
                "FP32, MB",
                precision + ", MB",
                "FP32, ms an image",
                precision + ", ms an image"));
    for (AccuracyReport report : reports) {
      table.row(
          List.of(
              report.name(),
              AccuracyText.megabytes(report.models().map(MeasuredModels::fp32Bytes)),
              AccuracyText.megabytes(report.models().map(MeasuredModels::int8Bytes)),
              AccuracyText.milliseconds(report.fp32().imagesPerSecond()),
              AccuracyText.milliseconds(report.int8().imagesPerSecond())));
    }
    return table;
  }

  private static TextTable pairs(List<AccuracyReport> reports) {
    String precision = AccuracyText.precision(reports);
    TextTable table =
        new TextTable(
            List.of(
                "Network",
                "Images",
                "Right only in FP32 / " + precision,
                "McNemar p",
                "Agreement, %",
                "Mean softmax KL, nats"));
    for (AccuracyReport report : reports) {
      table.row(AccuracyText.pairCells(report));
    }
    return table;
  }
}
