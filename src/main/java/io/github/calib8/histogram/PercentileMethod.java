package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;
import java.math.BigDecimal;

/** Keeps a percentage of all magnitudes. */
record PercentileMethod(double percentage) implements CalibrationMethod {
  static final String PREFIX = "percentile=";

  PercentileMethod {
    if (!(percentage > 0 && percentage <= 100)) {
      throw new IllegalArgumentException(
          "Expected a percentage above 0 and at most 100, found " + percentage);
    }
  }

  @Override
  public Threshold threshold(Histogram histogram, IntegerType type) {
    return CalibrationMethods.withoutChoice(histogram).orElseGet(() -> search(histogram));
  }

  private Threshold search(Histogram histogram) {
    double kept = percentage / 100 * (histogram.zeros() + histogram.nonZeros());
    double below = histogram.zeros();
    if (kept <= below) {
      return Threshold.degenerate(histogram, "percentile " + percentage + " lies among the zeros");
    }
    DyadicBins magnitudes = histogram.magnitudes();
    long[] counts = magnitudes.counts();
    for (int i = 0; i < counts.length; i++) {
      if (below + counts[i] >= kept) {
        double share = (kept - below) / counts[i];
        double edge = magnitudes.lowerEdge(i) + share * magnitudes.width(i);
        return Threshold.of(Math.min(edge, histogram.maxAbs()));
      }
      below += counts[i];
    }
    return Threshold.of(histogram.maxAbs());
  }

  @Override
  public String id() {
    return PREFIX + BigDecimal.valueOf(percentage).stripTrailingZeros().toPlainString();
  }
}
