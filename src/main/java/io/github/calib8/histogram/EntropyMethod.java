package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;

/** Minimizes the Kullback-Leibler divergence between the clipped and the quantized magnitudes. */
enum EntropyMethod implements CalibrationMethod {
  INSTANCE;

  /**
   * Fewer values than bins tell nothing about the tail: most occupied bins hold a single one, which
   * every quantization spreads back to where it was.
   */
  static final int MIN_VALUES = Histogram.BINS;

  /**
   * The reference merges 2048 bins into 128 levels. The same ratio for 256 takes 4096 bins; more
   * bins for 128 levels raise the threshold of heavy tails, by some percent.
   */
  private static final int BINS_PER_LEVEL = 16;

  @Override
  public Threshold threshold(Histogram histogram, IntegerType type) {
    return CalibrationMethods.withoutChoice(histogram).orElseGet(() -> search(histogram, type));
  }

  private static Threshold search(Histogram histogram, IntegerType type) {
    if (histogram.nonZeros() < MIN_VALUES) {
      return Threshold.degenerate(
          histogram,
          "too few values: %d other than zero, at least %d are needed"
              .formatted(histogram.nonZeros(), MIN_VALUES));
    }
    LinearBins bins = histogram.searchBins();
    while (bins.counts().length > BINS_PER_LEVEL * type.levels()) {
      bins = bins.halved();
    }
    int occupied = bins.occupied();
    if (occupied < type.levels()) {
      return Threshold.degenerate(
          histogram,
          "too few distinct magnitudes: %d occupied bins, at least %d are needed"
              .formatted(occupied, type.levels()));
    }
    int candidate = new EntropySearch(bins, type.levels()).best();
    double edge = (candidate + 0.5) * bins.width();
    return Threshold.of(Math.min(edge, histogram.maxAbs()));
  }

  @Override
  public String id() {
    return "entropy";
  }
}
