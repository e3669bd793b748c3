package io.github.calib8.report;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.benchmark.Latency;
import io.github.calib8.benchmark.Measurement;
import io.github.calib8.benchmark.Performance;
import io.github.calib8.benchmark.Speedup;
import io.github.calib8.benchmark.Spread;
import io.github.calib8.report.Figure.Point;
import io.github.calib8.report.Figure.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The figures of benchmark reports as tables. */
final class BenchmarkTables {
  /** What the table of speed-ups shows. */
  static final String SPEEDUPS =
      "INT8's throughput by FP32's: median of the repeats (least - greatest).";

  private static final String NOTHING = "-";
  private static final double GIGA = 1e9;
  private static final double MEGA = 1e6;

  private BenchmarkTables() {}

  static TextTable models(List<BenchmarkReport> reports) {
    TextTable table =
        new TextTable(List.of("Network", "G multiply-adds an image", "SHA-256 of the FP32 model"));
    for (BenchmarkReport report : reports) {
      table.row(
          List.of(
              report.network(),
              format("%.2f", report.multiplyAdds() / GIGA),
              report.modelSha256()));
    }
    return table;
  }

  static TextTable speedups(List<BenchmarkReport> reports) {
    TextTable table =
        new TextTable(List.of("Network", "Batch", "Workers", "By stock FP32", "By rewritten FP32"));
    for (BenchmarkReport report : reports) {
      for (Speedup speedup : report.speedups()) {
        table.row(
            List.of(
                report.network(),
                String.valueOf(speedup.batchSize()),
                String.valueOf(speedup.workers()),
                spread(speedup.overStock()),
                speedup.overRewritten().map(BenchmarkTables::spread).orElse(NOTHING)));
      }
    }
    return table;
  }

  static String spread(Spread spread) {
    return format("%.2f (%.2f - %.2f)", spread.median(), spread.min(), spread.max());
  }

  /** What was measured on a machine that had other work to do, a sentence each. */
  static List<String> disturbances(List<BenchmarkReport> reports) {
    return reports.stream()
        .flatMap(
            report ->
                report.speedups().stream()
                    .filter(Speedup::isDisturbed)
                    .map(speedup -> disturbance(report, speedup)))
        .toList();
  }

  private static String disturbance(BenchmarkReport report, Speedup speedup) {
    Spread spread = speedup.overStock();
    return "%s, batch %s, %s worker%s: the machine was disturbed, as the speed-up is %s in one turn and %s in another; measure again where nothing else runs."
        .formatted(
            report.network(),
            speedup.batchSize(),
            speedup.workers(),
            speedup.workers() == 1 ? "" : "s",
            AccuracyText.ratio(spread.min()),
            AccuracyText.ratio(spread.max()));
  }

  static TextTable measurements(List<BenchmarkReport> reports) {
    TextTable table =
        new TextTable(
            List.of(
                "Network",
                "Precision",
                "Batch",
                "Workers",
                "Images/s",
                "p50 ms",
                "p90 ms",
                "p99 ms",
                "G multiply-adds/s",
                "Images/s/W"));
    for (BenchmarkReport report : reports) {
      for (Measurement measurement : report.measurements()) {
        List<String> cells = new ArrayList<>();
        cells.add(report.network());
        cells.add(measurement.precision().displayName());
        cells.add(String.valueOf(measurement.batchSize()));
        cells.add(String.valueOf(measurement.workers()));
        cells.addAll(
            measurement
                .performance()
                .map(performance -> figures(report, performance))
                .orElseGet(() -> misfit(measurement.doesNotFit())));
        table.row(cells);
      }
    }
    return table;
  }

  /** What engines were built, with no row where none was. */
  static TextTable builds(List<BenchmarkReport> reports) {
    TextTable table =
        new TextTable(
            List.of("Network", "Precision", "Build s", "Engine MB", "Layers", "In integers"));
    for (BenchmarkReport report : reports) {
      report
          .builds()
          .forEach(
              (precision, build) ->
                  table.row(
                      List.of(
                          report.network(),
                          precision.displayName(),
                          format("%.1f", build.seconds()) + (build.isKept() ? " (kept)" : ""),
                          format("%.1f", build.bytes() / MEGA),
                          String.valueOf(build.layers()),
                          String.valueOf(build.layersInIntegers()))));
    }
    return table;
  }

  private static List<String> figures(BenchmarkReport report, Performance performance) {
    Latency latency = performance.latency();
    return List.of(
        format("%.1f", performance.imagesPerSecond()),
        format("%.1f", latency.p50()),
        format("%.1f", latency.p90()),
        format("%.1f", latency.p99()),
        format("%.0f", performance.imagesPerSecond() * report.multiplyAdds() / GIGA),
        performance.imagesPerSecondPerWatt().isPresent()
            ? format("%.2f", performance.imagesPerSecondPerWatt().getAsDouble())
            : "not measured");
  }

  private static List<String> misfit(Optional<String> reason) {
    return List.of(
        "does not fit: " + reason.orElse(""), NOTHING, NOTHING, NOTHING, NOTHING, NOTHING);
  }

  static TextTable of(Figure figure) {
    List<Integer> xs = figure.xValues();
    List<String> header = new ArrayList<>(List.of(figure.xLabel()));
    xs.forEach(x -> header.add(String.valueOf(x)));
    TextTable table = new TextTable(header);
    for (Series curve : figure.series()) {
      List<String> cells = new ArrayList<>(List.of(curve.name()));
      for (int x : xs) {
        cells.add(
            curve.points().stream()
                .filter(point -> point.x() == x)
                .map(Point::y)
                .map(y -> format("%.2f", y))
                .findFirst()
                .orElse(NOTHING));
      }
      table.row(cells);
    }
    return table;
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
