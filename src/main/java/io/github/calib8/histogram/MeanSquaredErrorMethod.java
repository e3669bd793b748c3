package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;

/** Minimizes the mean squared error of quantization and clipping. */
enum MeanSquaredErrorMethod implements CalibrationMethod {
  INSTANCE;

  @Override
  public Threshold threshold(Histogram histogram, IntegerType type) {
    return CalibrationMethods.withoutChoice(histogram)
        .orElseGet(() -> Threshold.of(SquaredErrors.of(histogram, type).least().threshold()));
  }

  @Override
  public ClippingRange range(Histogram histogram) {
    return TwoSidedErrors.of(histogram).least().range();
  }

  @Override
  public String id() {
    return "mse";
  }
}
