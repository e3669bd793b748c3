package io.github.calib8.report;

import static io.github.calib8.report.CsvText.number;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.benchmark.Measurement;
import io.github.calib8.benchmark.Performance;
import io.github.calib8.benchmark.Precision;
import io.github.calib8.benchmark.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Benchmark reports as comma-separated values, for spreadsheets: a line a measurement, after a line
 * of names.
 *
 * <p>The figures and their units are those of {@link BenchmarkJson}, to the digit; what is null
 * there is empty here. The ratio to stock FP32, with its least and greatest, stands in the lines of
 * INT8. Quoting and line ends are those of {@link AccuracyCsv}.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class BenchmarkCsv {

  private static final List<String> HEADER =
      List.of(
          "network",
          "sha256",
          "multiplyAdds",
          "precision",
          "batchSize",
          "workers",
          "threads",
          "imagesPerSecond",
          "p50Ms",
          "p90Ms",
          "p99Ms",
          "imagesPerSecondPerWatt",
          "ratio",
          "ratioMin",
          "ratioMax",
          "status");

  private BenchmarkCsv() {}

  /**
   * Renders reports.
   *
   * @param reports the reports, in the order they are to appear
   * @return the text, each line ended by {@code \n}
   */
  public static String toCsv(List<BenchmarkReport> reports) {
    CsvText csv = new CsvText(HEADER);
    for (BenchmarkReport report : reports) {
      for (Measurement measurement : report.measurements()) {
        List<String> cells = new ArrayList<>();
        cells.add(report.network());
        cells.add(report.modelSha256());
        cells.add(Long.toString(report.multiplyAdds()));
        cells.add(measurement.precision().id());
        cells.add(Integer.toString(measurement.batchSize()));
        cells.add(Integer.toString(measurement.workers()));
        cells.add(Integer.toString(measurement.threads()));
        cells.addAll(
            measurement
                .performance()
                .map(BenchmarkCsv::figures)
                .orElse(Collections.nCopies(5, "")));
        cells.addAll(ratio(report, measurement));
        cells.add(measurement.performance().isPresent() ? "ok" : "does not fit");
        csv.row(cells);
      }
    }
    return csv.toString();
  }

  private static List<String> figures(Performance performance) {
    return List.of(
        number(performance.imagesPerSecond()),
        number(performance.latency().p50()),
        number(performance.latency().p90()),
        number(performance.latency().p99()),
        performance.imagesPerSecondPerWatt().isPresent()
            ? number(performance.imagesPerSecondPerWatt().getAsDouble())
            : "");
  }

  private static List<String> ratio(BenchmarkReport report, Measurement measurement) {
    return report.speedups().stream()
        .filter(speedup -> measurement.precision() == Precision.INT8)
        .filter(speedup -> speedup.batchSize() == measurement.batchSize())
        .filter(speedup -> speedup.workers() == measurement.workers())
        .findFirst()
        .map(
            speedup -> {
              Spread ratio = speedup.overStock();
              return List.of(number(ratio.median()), number(ratio.min()), number(ratio.max()));
            })
        .orElse(Collections.nCopies(3, ""));
  }
}
