package io.github.calib8.evaluation;

import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The times that both models of a pair took for the same batches, as far as the spread of their
 * ratio asks for them. Batches of the warm-up are not among them.
 *
 * <p>Source: W. G. Cochran: <i>Sampling Techniques</i>, 3rd edition (1977), section 6.4, the
 * standard error of a ratio of two sums.
 *
 * @param batches how many batches
 * @param fp32 the sum of FP32's seconds
 * @param int8 the sum of INT8's seconds
 * @param fp32Squares the sum of the squares of FP32's
 * @param int8Squares the sum of the squares of INT8's
 * @param products the sum of the products of both
 */
record SpeedSums(
    long batches,
    double fp32,
    double int8,
    double fp32Squares,
    double int8Squares,
    double products) {

  static final SpeedSums NONE = new SpeedSums(0, 0, 0, 0, 0, 0);

  /** Fewer have no spread to speak of. */
  private static final int FEWEST = 3;

  private static final double UPPER_TAIL = 0.975;

  static SpeedSums of(double fp32, double int8) {
    return new SpeedSums(1, fp32, int8, fp32 * fp32, int8 * int8, fp32 * int8);
  }

  SpeedSums plus(SpeedSums other) {
    return new SpeedSums(
        batches + other.batches,
        fp32 + other.fp32,
        int8 + other.int8,
        fp32Squares + other.fp32Squares,
        int8Squares + other.int8Squares,
        products + other.products);
  }

  /**
   * The 95 % confidence interval of how many times faster INT8 is.
   *
   * @param speedup the ratio
   * @return the interval, from 0 on; empty for too few batches
   */
  Optional<Interval> interval95(double speedup) {
    if (batches < FEWEST || !(int8 > 0)) {
      return Optional.empty();
    }
    double ratio = fp32 / int8;
    double squares = Math.max(0, fp32Squares - 2 * ratio * products + ratio * ratio * int8Squares);
    double error = Math.sqrt(squares * batches / (batches - 1.0)) / int8;
    double half = TDistribution.of(batches - 1.0).inverseCumulativeProbability(UPPER_TAIL) * error;
    return Optional.of(new Interval(Math.max(0, speedup - half), speedup + half));
  }
}
