package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;

/** Minimizes the mean squared error of quantization and clipping. */
enum MeanSquaredErrorMethod implements CalibrationMethod {
  INSTANCE;

  /**
   * The search looks at every so manieth bin: 256 candidates in each octave, 0.2 to 0.4 % apart.
   */
  private static final int STRIDE = 8;

  @Override
  public Threshold threshold(Histogram histogram, IntegerType type) {
    return CalibrationMethods.withoutChoice(histogram).orElseGet(() -> search(histogram, type));
  }

  private static Threshold search(Histogram histogram, IntegerType type) {
    DyadicBins bins = histogram.magnitudes();
    SquaredErrors errors = new SquaredErrors(bins, type.max());
    double best = histogram.maxAbs();
    double least = errors.at(best);
    // From the largest down, so that a tie keeps the larger one.
    for (int bin = bins.bin(best) / STRIDE * STRIDE; bin >= DyadicBins.OCTAVE; bin -= STRIDE) {
      double threshold = bins.lowerEdge(bin);
      double error = errors.at(threshold);
      if (error < least) {
        least = error;
        best = threshold;
      }
    }
    return Threshold.of(best);
  }

  @Override
  public String id() {
    return "mse";
  }
}
