package io.github.calib8.report;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.benchmark.Measurement;
import io.github.calib8.benchmark.Performance;
import io.github.calib8.benchmark.Precision;
import io.github.calib8.report.Figure.Point;
import io.github.calib8.report.Figure.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The figures of a benchmark, for FP32 and for INT8: throughput by batch size, scaling over
 * workers, and throughput by power.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class BenchmarkFigures {
  /** The batch size at which scaling is shown, if it was measured. */
  private static final int SCALING_BATCH_SIZE = 128;

  private static final int HASH_DIGITS = 8;

  private BenchmarkFigures() {}

  /**
   * Makes the figures.
   *
   * @param reports all of the same environment
   * @return those for which enough was measured: two batch sizes for the first, two numbers of
   *     workers for the second, two batch sizes and a readable meter for the third
   */
  public static List<Figure> of(List<BenchmarkReport> reports) {
    List<Figure> figures = new ArrayList<>();
    for (Precision precision : List.of(Precision.FP32, Precision.INT8)) {
      addIfWide(
          figures,
          figure(
              precision,
              "batch-sizes",
              "images/s by batch size, relative to one worker at the smallest batch",
              "Batch size",
              reports,
              report -> relative(byBatchSize(report, precision))));
      addIfWide(
          figures,
          figure(
              precision,
              "scaling",
              "images/s by workers, relative to one, at batch size %s or the largest measured"
                  .formatted(SCALING_BATCH_SIZE),
              "Workers",
              reports,
              report -> relative(byWorkers(report, precision))));
      addIfWide(
          figures,
          figure(
              precision,
              "efficiency",
              "images/s per watt above idle, by batch size, all workers",
              "Batch size",
              reports,
              report -> efficiency(report, precision)));
    }
    return figures;
  }

  /** One value of x makes no curve. */
  private static void addIfWide(List<Figure> figures, Figure figure) {
    if (figure.xValues().size() > 1) {
      figures.add(figure);
    }
  }

  private static Figure figure(
      Precision precision,
      String id,
      String title,
      String xLabel,
      List<BenchmarkReport> reports,
      Function<BenchmarkReport, List<Point>> curve) {
    List<Series> series = new ArrayList<>();
    for (BenchmarkReport report : reports) {
      List<Point> points = curve.apply(report);
      if (!points.isEmpty()) {
        String hash = report.modelSha256().substring(0, HASH_DIGITS);
        series.add(new Series("%s (%s)".formatted(report.network(), hash), points));
      }
    }
    return new Figure(
        id + "-" + precision.id(),
        precision.displayName() + ": " + title,
        xLabel,
        reports.isEmpty() ? "" : reports.get(0).environment().describe(),
        series);
  }

  private static List<Point> byBatchSize(BenchmarkReport report, Precision precision) {
    int workers = measured(report, precision, Measurement::workers).min().orElse(0);
    return points(
        measured(report, precision, Measurement::batchSize),
        batch -> speed(report, precision, batch, workers));
  }

  private static List<Point> byWorkers(BenchmarkReport report, Precision precision) {
    int batch = scalingBatchSize(report, precision);
    return points(
        measured(report, precision, Measurement::workers),
        workers -> speed(report, precision, batch, workers));
  }

  /** The preferred size, else the largest that was measured with the most workers. */
  private static int scalingBatchSize(BenchmarkReport report, Precision precision) {
    int most = measured(report, precision, Measurement::workers).max().orElse(0);
    return report.find(precision, SCALING_BATCH_SIZE, most).isPresent()
        ? SCALING_BATCH_SIZE
        : measured(report, precision, Measurement::batchSize)
            .filter(batch -> report.find(precision, batch, most).isPresent())
            .max()
            .orElse(0);
  }

  private static List<Point> efficiency(BenchmarkReport report, Precision precision) {
    int workers = measured(report, precision, Measurement::workers).max().orElse(0);
    return points(
        measured(report, precision, Measurement::batchSize),
        batch ->
            report
                .find(precision, batch, workers)
                .map(Performance::imagesPerSecondPerWatt)
                .orElse(OptionalDouble.empty()));
  }

  private static OptionalDouble speed(
      BenchmarkReport report, Precision precision, int batch, int workers) {
    return report.find(precision, batch, workers).stream()
        .mapToDouble(Performance::imagesPerSecond)
        .findFirst();
  }

  /** The settings that were measured, ascending. */
  private static IntStream measured(
      BenchmarkReport report, Precision precision, ToIntFunction<Measurement> value) {
    return report.measurements().stream()
        .filter(m -> m.precision() == precision && m.performance().isPresent())
        .mapToInt(value)
        .sorted()
        .distinct();
  }

  private static List<Point> points(IntStream xs, IntFunction<OptionalDouble> y) {
    List<Point> points = new ArrayList<>();
    xs.forEach(x -> y.apply(x).ifPresent(value -> points.add(new Point(x, value))));
    return points;
  }

  private static List<Point> relative(List<Point> points) {
    return points.stream()
        .map(point -> new Point(point.x(), point.y() / points.get(0).y()))
        .toList();
  }
}
