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
    if (kept <= histogram.zeros()) {
      return Threshold.degenerate(histogram, "percentile " + percentage + " lies among the zeros");
    }
    return Threshold.of(histogram.quantile(percentage / 100));
  }

  @Override
  public ClippingRange range(Histogram histogram) {
    double clipped = (1 - percentage / 100) / 2 * (histogram.zeros() + histogram.nonZeros());
    double low = histogram.quantile(true, clipped);
    double high = histogram.quantile(false, clipped);
    return low + high > 0
        ? ClippingRange.of(-low, high)
        : ClippingRange.ofExtremes(histogram)
            .because("percentile " + percentage + " lies among the zeros");
  }

  @Override
  public String id() {
    return PREFIX + BigDecimal.valueOf(percentage).stripTrailingZeros().toPlainString();
  }
}
