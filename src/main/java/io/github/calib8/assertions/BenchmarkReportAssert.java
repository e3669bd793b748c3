package io.github.calib8.assertions;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.benchmark.Speedup;
import io.github.calib8.benchmark.Spread;
import io.github.calib8.report.BenchmarkMarkdown;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a {@link BenchmarkReport}.
 *
 * <p><b>Median or least.</b> {@link #isFasterBy} is about the median of the repeats: another
 * program on the machine makes single repeats slow, and should not make a test fail. {@link
 * #isFasterAtWorstBy} is about the least of them.
 *
 * <p>For one thread.
 */
public final class BenchmarkReportAssert
    extends AbstractAssert<BenchmarkReportAssert, BenchmarkReport> {

  BenchmarkReportAssert(@Nullable BenchmarkReport actual) {
    super(actual, BenchmarkReportAssert.class);
  }

  /**
   * Fails unless INT8 has so many times the throughput of the stock FP32 model, as the median of
   * the repeats, at every batch size and number of workers that was measured.
   *
   * @param factor INT8's images a second by FP32's
   * @return this
   */
  public BenchmarkReportAssert isFasterBy(double factor) {
    return require(factor, "in the median", Spread::median);
  }

  /**
   * Fails unless INT8 has so many times the throughput of the stock FP32 model in every repeat, at
   * every batch size and number of workers that was measured.
   *
   * @param factor INT8's images a second by FP32's
   * @return this
   */
  public BenchmarkReportAssert isFasterAtWorstBy(double factor) {
    return require(factor, "in every repeat", Spread::min);
  }

  private BenchmarkReportAssert require(
      double factor, String when, ToDoubleFunction<Spread> figure) {
    isNotNull();
    String expected = "INT8 %s times as fast or more %s".formatted(factor, when);
    if (actual.speedups().isEmpty()) {
      fail(expected, "no setting at which both precisions were measured");
    }
    for (Speedup speedup : actual.speedups()) {
      Spread spread = speedup.overStock();
      if (!(figure.applyAsDouble(spread) >= factor)) {
        fail(
            expected,
            String.format(
                Locale.ROOT,
                "%.2f (%.2f - %.2f) at batch size %d, workers %d",
                spread.median(),
                spread.min(),
                spread.max(),
                speedup.batchSize(),
                speedup.workers()));
      }
    }
    return this;
  }

  private void fail(String expected, String found) {
    failWithMessage(
        "%s",
        "%nExpected of %s: %s%nfound: %s%n%n%s"
            .formatted(
                actual.network(), expected, found, BenchmarkMarkdown.toMarkdown(List.of(actual))));
  }
}
