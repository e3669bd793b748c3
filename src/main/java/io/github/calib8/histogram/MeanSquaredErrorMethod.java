package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;

/** Minimizes the mean squared error of quantization and clipping. */
enum MeanSquaredErrorMethod implements CalibrationMethod {
  INSTANCE;

  @Override
  public Threshold threshold(Histogram histogram, IntegerType type) {
    return CalibrationMethods.withoutChoice(histogram).orElseGet(() -> search(histogram, type));
  }

  private static Threshold search(Histogram histogram, IntegerType type) {
    double maxAbs = histogram.maxAbs();
    LinearBins bins = histogram.searchBins();
    SquaredErrors errors = new SquaredErrors(bins, maxAbs, type.max());
    double best = maxAbs;
    double least = errors.at(maxAbs);
    // From the largest down, so that a tie keeps the larger one.
    for (int i = bins.used(); i >= type.levels(); i--) {
      double threshold = i * bins.width();
      if (threshold < maxAbs) {
        double error = errors.at(threshold);
        if (error < least) {
          least = error;
          best = threshold;
        }
      }
    }
    return Threshold.of(best);
  }

  @Override
  public String id() {
    return "mse";
  }
}
