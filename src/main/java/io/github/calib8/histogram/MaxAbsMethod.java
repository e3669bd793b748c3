package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;

/** Keeps the largest magnitude. */
enum MaxAbsMethod implements CalibrationMethod {
  INSTANCE;

  @Override
  public Threshold threshold(Histogram histogram, IntegerType type) {
    return CalibrationMethods.withoutChoice(histogram)
        .orElseGet(() -> Threshold.of(histogram.maxAbs()));
  }

  @Override
  public ClippingRange range(Histogram histogram) {
    return ClippingRange.ofExtremes(histogram);
  }

  @Override
  public String id() {
    return "max-abs";
  }
}
