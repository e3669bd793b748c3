package io.github.calib8.report;

import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.FloatProduct;
import io.github.calib8.evaluation.IntegerProducts;
import io.github.calib8.work.Internal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the figures of an accuracy report are written for people: one rounding, wherever they show.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
@Internal
public final class AccuracyText {

  static final String INT8 = "INT8";
  static final String QUANTIZED = "quantized";

  private static final double LEAST_P = 0.0005;
  private static final double FAST = 100;

  /** How many nodes a text for people names. */
  private static final int SHOWN = 5;

  private AccuracyText() {}

  /**
   * Writes an accuracy or an agreement.
   *
   * @param percent 0 to 100
   * @return two decimals, without a unit
   */
  public static String percent(double percent) {
    return format("%.2f", percent);
  }

  /**
   * Writes a difference.
   *
   * @param points percentage points
   * @return two decimals and the sign; what rounds to zero has no sign
   */
  public static String points(double points) {
    String text = format("%+.2f", points);
    return text.equals("+0.00") || text.equals("-0.00") ? "0.00" : text;
  }

  /**
   * Writes a throughput.
   *
   * @param imagesPerSecond images a second
   * @return a whole number, or one decimal below 100
   */
  public static String rate(double imagesPerSecond) {
    return format(imagesPerSecond < FAST ? "%.1f" : "%.0f", imagesPerSecond);
  }

  /**
   * Writes how many times faster.
   *
   * @param ratio above 0
   * @return two decimals
   */
  public static String ratio(double ratio) {
    return format("%.2f", ratio);
  }

  /**
   * Writes a probability of chance.
   *
   * @param p 0 to 1
   * @return three decimals, or {@code < 0.001}
   */
  public static String pValue(double p) {
    return p < LEAST_P ? "< 0.001" : format("%.3f", p);
  }

  /**
   * Writes a divergence.
   *
   * @param nats 0 or more
   * @return five decimals
   */
  public static String nats(double nats) {
    return format("%.5f", nats);
  }

  /**
   * Names what FP32 is compared with: no report is of INT8 where nothing ran in integers.
   *
   * @param reports the reports of one table
   * @return {@code INT8}, or {@code quantized} if one of the models ran in floating point
   *     throughout
   */
  public static String precision(List<AccuracyReport> reports) {
    return reports.stream().anyMatch(AccuracyText::isAllFloat) ? QUANTIZED : INT8;
  }

  /**
   * Says why products are in floating point.
   *
   * @param products what runs in integers
   * @return a text a node, such as {@code Conv 'conv1' keeps float: asked for}; of many, the first
   *     and how many more there are
   */
  public static List<String> reasons(IntegerProducts products) {
    List<FloatProduct> floats = products.floats();
    List<String> reasons = new ArrayList<>();
    floats.stream().limit(SHOWN).map(FloatProduct::toString).forEach(reasons::add);
    if (floats.size() > SHOWN) {
      reasons.add((floats.size() - SHOWN) + " more keep float");
    }
    return reasons;
  }

  /** The size of a file, if it is known. */
  static String megabytes(Optional<OptionalLong> bytes) {
    OptionalLong known = bytes.orElse(OptionalLong.empty());
    return known.isPresent() ? format("%.2f", known.getAsLong() / 1e6) : "-";
  }

  /** How long an image takes at a throughput. */
  static String milliseconds(double imagesPerSecond) {
    return format("%.2f", 1000 / imagesPerSecond);
  }

  /** The heading of {@link #speedup}. */
  static String speedupHeader(String heading, List<AccuracyReport> reports) {
    return reports.stream().allMatch(report -> report.speedupInterval().isEmpty())
        ? heading
        : heading + " [95 %]";
  }

  /** How many times as fast, with the interval where it is known. */
  static String speedup(AccuracyReport report) {
    String spread =
        report
            .speedupInterval()
            .map(
                interval -> " [%s, %s]".formatted(ratio(interval.lower()), ratio(interval.upper())))
            .orElse("");
    return ratio(report.speedup()) + "x" + spread;
  }

  static boolean isAllFloat(AccuracyReport report) {
    return report.int8().products().filter(IntegerProducts::areAllFloat).isPresent();
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** What a table of pairs says of each: network, images, right in one only, p, agreement, KL. */
  static List<String> pairCells(AccuracyReport report) {
    return List.of(
        report.name(),
        Long.toString(report.images()),
        report.onlyFp32() + " / " + report.onlyInt8(),
        pValue(report.mcNemarP()),
        percent(report.agreement()),
        nats(report.meanKl()));
  }
}
