package io.github.calib8.assertions;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.TensorCalibration;
import org.jspecify.annotations.Nullable;

/**
 * Where assertions on results begin; its methods may be imported beside those of AssertJ's {@code
 * Assertions}.
 *
 * <pre>{@code
 * assertThat(report).losesLessThan(0.2).pointsOfTop1().agreesOnAtLeast(99.0);
 * assertThat(table).hasScaleFor("conv1").convergedWithin(5);
 * assertThat(benchmark).isFasterBy(3.0);
 * }</pre>
 *
 * <p>A failure shows the whole table that the figure is from. Assertions are for one thread.
 *
 * @see <a href="https://assertj.github.io/doc/">AssertJ</a>
 */
public final class Calib8Assertions {

  private Calib8Assertions() {}

  /**
   * Starts assertions on an accuracy report.
   *
   * @param actual the report
   * @return its assertions
   */
  public static AccuracyReportAssert assertThat(@Nullable AccuracyReport actual) {
    return new AccuracyReportAssert(actual);
  }

  /**
   * Starts assertions on a calibration table.
   *
   * @param actual the table
   * @return its assertions
   */
  public static CalibrationTableAssert assertThat(@Nullable CalibrationTable actual) {
    return new CalibrationTableAssert(actual);
  }

  /**
   * Starts assertions on one entry of a calibration table.
   *
   * @param actual the entry
   * @return its assertions
   */
  public static TensorCalibrationAssert assertThat(@Nullable TensorCalibration actual) {
    return new TensorCalibrationAssert(actual);
  }

  /**
   * Starts assertions on a benchmark's report.
   *
   * @param actual the report
   * @return its assertions
   */
  public static BenchmarkReportAssert assertThat(@Nullable BenchmarkReport actual) {
    return new BenchmarkReportAssert(actual);
  }
}
