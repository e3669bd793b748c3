package io.github.calib8.report;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.report.Figure.Series;
import java.util.List;
import java.util.OptionalDouble;

/** How fast networks run. */
final class SpeedSection {

  private SpeedSection() {}

  static void write(List<BenchmarkReport> reports, Markup page) {
    page.open("section", "id", "speed").leaf("h2", "Speed");
    page.leaf(
        "p",
        "Measured on %s for each worker. Energy: %s."
            .formatted(reports.get(0).environment().describe(), reports.get(0).meter()));
    TextTable speedups = BenchmarkTables.speedups(reports);
    if (!speedups.rows().isEmpty()) {
      page.open("div", "class", "beside plot-and-table");
      page.open("figure");
      page.append(
          IntervalPlot.draw(
              "Throughput of INT8 by that of stock FP32", "times as fast", 1, rows(reports)));
      page.leaf("figcaption", "Dot: the median over the repeats. Bar: the least and the greatest.");
      page.close().open("div");
      HtmlTable.write(speedups, BenchmarkTables.SPEEDUPS, page);
      BenchmarkTables.disturbances(reports).forEach(line -> page.leaf("p", line));
      page.close().close();
    }
    HtmlTable.write(BenchmarkTables.measurements(reports), "All measurements", page);
    List<Figure> figures = BenchmarkFigures.of(reports);
    if (!figures.isEmpty()) {
      page.open("div", "class", "beside");
      figures.forEach(figure -> figure(figure, page));
      page.close();
    }
    HtmlTable.write(BenchmarkTables.models(reports), "Networks", page);
    page.close();
  }

  private static List<IntervalPlot.Row> rows(List<BenchmarkReport> reports) {
    return reports.stream()
        .flatMap(
            report ->
                report.speedups().stream()
                    .map(
                        speedup ->
                            new IntervalPlot.Row(
                                report.network(),
                                "batch %s, %s worker%s"
                                    .formatted(
                                        speedup.batchSize(),
                                        speedup.workers(),
                                        speedup.workers() == 1 ? "" : "s"),
                                speedup.overStock().median(),
                                speedup.overStock().min(),
                                speedup.overStock().max(),
                                OptionalDouble.empty())))
        .toList();
  }

  private static void figure(Figure figure, Markup page) {
    page.open("div").leaf("h3", figure.title()).open("figure").append(LinePlot.draw(figure));
    page.open("figcaption").open("ul", "class", "legend");
    int index = 0;
    for (Series curve : figure.series()) {
      page.open("li");
      page.append(new Svg(28, 10, curve.name()).path(LinePlot.style(index++), "M1 5H27").end());
      page.leaf("span", curve.name()).close();
    }
    page.close().close().close();
    page.open("details").leaf("summary", "The same as a table");
    HtmlTable.write(BenchmarkTables.of(figure), figure.title(), page);
    page.close().close();
  }
}
