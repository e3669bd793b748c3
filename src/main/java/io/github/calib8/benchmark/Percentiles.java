package io.github.calib8.benchmark;

import com.google.common.primitives.Doubles;
import java.util.Collection;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Quantile.EstimationMethod;

/** Percentiles of a sample, linear between the closest ranks, as NumPy's default. */
final class Percentiles {
  /** Type 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages (1996). */
  private static final Quantile LINEAR = Quantile.withDefaults().with(EstimationMethod.HF7);

  private Percentiles() {}

  /**
   * The values that given shares of a sample do not exceed.
   *
   * @param sample 1 or more values
   * @param shares 0 (the least) to 1 (the greatest)
   * @return a value a share
   */
  static double[] of(Collection<Double> sample, double... shares) {
    if (sample.isEmpty()) {
      throw new IllegalArgumentException("Expected 1 or more values, found none");
    }
    return LINEAR.evaluate(Doubles.toArray(sample), shares);
  }
}
