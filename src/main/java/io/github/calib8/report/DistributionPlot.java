package io.github.calib8.report;

import io.github.calib8.histogram.TensorDistribution;
import io.github.calib8.histogram.TensorDistribution.Divergence;
import io.github.calib8.report.Axis.Tick;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * A tensor's histogram and divergences over one axis of magnitudes, with the threshold; or its
 * histogram over an axis of values, with both ends of the range.
 */
final class DistributionPlot {
  private static final int WIDTH = 340;
  private static final int HEIGHT = 232;
  private static final int LEFT = 46;
  private static final int RIGHT = WIDTH - 18;
  private static final int COUNTS_TOP = 18;
  private static final int COUNTS_BOTTOM = 108;
  private static final int CURVE_TOP = 130;
  private static final int CURVE_BOTTOM = 192;
  private static final int TICKS = 5;
  private static final int SPARK_WIDTH = 120;
  private static final int SPARK_HEIGHT = 26;
  private static final int SPARK_GROUP = 4;

  private final TensorDistribution shape;
  private final double start;
  private final double end;
  private final List<Double> limits;

  private DistributionPlot(TensorDistribution shape) {
    TensorCalibration calibration = shape.calibration();
    double maxAbs = Math.max(Math.abs(calibration.min()), Math.abs(calibration.max()));
    this.shape = shape;
    if (shape.isSigned()) {
      QuantizationParameters parameters = calibration.parameters();
      this.start = Math.max(-shape.range(), Math.min(calibration.min(), parameters.low()));
      this.end = Math.min(shape.range(), Math.max(calibration.max(), parameters.high()));
      this.limits = List.of(parameters.low(), parameters.high());
    } else {
      this.start = 0;
      this.end = shape.beyond() > 0 ? shape.range() : Math.max(maxAbs, calibration.threshold());
      this.limits = List.of(calibration.threshold());
    }
  }

  static Markup draw(TensorDistribution shape) {
    return new DistributionPlot(shape).full();
  }

  /** The histogram and the threshold alone, as high as a line of text. */
  static Markup spark(TensorDistribution shape) {
    return new DistributionPlot(shape).small();
  }

  private Markup full() {
    TensorCalibration calibration = shape.calibration();
    Svg svg =
        new Svg(
            WIDTH,
            HEIGHT,
            "Histogram and divergence of %s, %s"
                .formatted(
                    calibration.tensor(), RangeText.named(calibration, DistributionPlot::figure)));
    Axis x = new Axis(start, end, LEFT, RIGHT);
    for (Tick tick : x.ticks(TICKS)) {
      double at = x.at(tick.value());
      svg.line("grid", at, COUNTS_TOP, at, COUNTS_BOTTOM);
      svg.line("grid", at, CURVE_TOP, at, CURVE_BOTTOM);
      svg.text("tick", at, CURVE_BOTTOM + 14, "middle", tick.label());
    }
    svg.text(
        "tick",
        (LEFT + RIGHT) / 2.0,
        HEIGHT - 8,
        "middle",
        shape.isSigned() ? "value" : "magnitude");
    svg.text("tick", LEFT, COUNTS_TOP - 6, "start", "values (logarithmic)");
    svg.text("tick", LEFT - 5, COUNTS_TOP + 8, "end", narrow(mostInABin()));
    svg.text("tick", LEFT - 5, COUNTS_BOTTOM, "end", "0");
    svg.path("counts", area(x, COUNTS_TOP, COUNTS_BOTTOM, 1));
    svg.line("axis", LEFT, COUNTS_BOTTOM, RIGHT, COUNTS_BOTTOM);
    svg.text("tick", LEFT, CURVE_TOP - 6, "start", "KL divergence, nats (logarithmic)");
    if (shape.divergences().isEmpty()) {
      double middle = (CURVE_TOP + CURVE_BOTTOM) / 2.0;
      String why =
          shape.isSigned() ? "both ends are searched together" : "too few values to search";
      svg.text("tick", (LEFT + RIGHT) / 2.0, middle, "middle", why);
    } else {
      curve(svg, x);
    }
    svg.line("axis", LEFT, CURVE_BOTTOM, RIGHT, CURVE_BOTTOM);
    for (double limit : limits) {
      double at = x.at(Math.max(start, Math.min(end, limit)));
      svg.line("threshold", at, COUNTS_TOP, at, COUNTS_BOTTOM);
      svg.line("threshold", at, CURVE_TOP, at, CURVE_BOTTOM);
    }
    return svg.end();
  }

  private Markup small() {
    String name = "Histogram of " + shape.calibration().tensor();
    Svg svg = new Svg(SPARK_WIDTH, SPARK_HEIGHT, name);
    Axis x = new Axis(start, end, 1, SPARK_WIDTH - 1.0);
    svg.path("counts", area(x, 1, SPARK_HEIGHT - 1.0, SPARK_GROUP));
    for (double limit : limits) {
      double at = x.at(Math.max(start, Math.min(end, limit)));
      svg.line("threshold", at, 0, at, SPARK_HEIGHT);
    }
    return svg.end();
  }

  /** The outline of the bars, closed along the axis; each is as high as the highest of a group. */
  private StringBuilder area(Axis x, double top, double bottom, int group) {
    Axis y = new Axis(0, Math.log1p(Math.max(1, mostInABin())), bottom, top);
    double first = shape.isSigned() ? -shape.range() : 0;
    double width = (shape.range() - first) / shape.counts().size();
    StringBuilder path = new StringBuilder("M" + Svg.n(x.at(start)) + " " + Svg.n(bottom));
    for (int bin = 0; bin < shape.counts().size() && first + bin * width < end; bin += group) {
      int next = Math.min(shape.counts().size(), bin + group);
      if (first + next * width > start) {
        long most = Collections.max(shape.counts().subList(bin, next));
        path.append('V').append(Svg.n(y.at(Math.log1p(most))));
        path.append('H').append(Svg.n(x.at(Math.min(end, first + next * width))));
      }
    }
    return path.append('V').append(Svg.n(bottom)).append('z');
  }

  private void curve(Svg svg, Axis x) {
    List<Divergence> points = shape.divergences();
    double least = points.stream().mapToDouble(DistributionPlot::log).min().orElseThrow();
    double most = points.stream().mapToDouble(DistributionPlot::log).max().orElseThrow();
    double span = Math.max(most - least, 0.1);
    Axis y = new Axis(least - 0.1 * span, least + 1.1 * span, CURVE_BOTTOM, CURVE_TOP);
    svg.text("tick", LEFT - 5, y.at(most) + 4, "end", narrow(Math.pow(10, most)));
    if (most - least > 0.1) {
      svg.text("tick", LEFT - 5, y.at(least) + 4, "end", narrow(Math.pow(10, least)));
    }
    StringBuilder path = new StringBuilder();
    for (Divergence point : points) {
      path.append(path.isEmpty() ? 'M' : 'L').append(Svg.n(x.at(Math.min(end, point.threshold()))));
      path.append(' ').append(Svg.n(y.at(log(point))));
    }
    svg.path("curve", path);
    Divergence best =
        points.stream().min(Comparator.comparingDouble(Divergence::nats)).orElseThrow();
    svg.circle("least", x.at(Math.min(end, best.threshold())), y.at(log(best)), 3);
  }

  /** Rounding may leave 0, which has no logarithm. */
  private static double log(Divergence point) {
    return Math.log10(Math.max(point.nats(), 1e-9));
  }

  private long mostInABin() {
    return shape.counts().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** Three digits are enough to read. */
  static String figure(double value) {
    return digits(value, 3, 0.001, 100_000);
  }

  /** As much as there is room for beside an axis. */
  private static String narrow(double value) {
    return digits(value, 2, 0.01, 10_000);
  }

  private static String digits(double value, int digits, double least, double most) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits)).stripTrailingZeros();
    if (value == 0 || (Math.abs(value) >= least && Math.abs(value) < most)) {
      return rounded.toPlainString();
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    return rounded.movePointLeft(exponent).toPlainString() + "e" + exponent;
  }
}
