package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Chooses the threshold of a tensor, or its range with zero in between, from the histogram of its
 * values. A strategy; implementations are immutable and thread-safe, and equal histograms give
 * equal thresholds.
 *
 * <p>A threshold is in (0, {@linkplain Histogram#maxAbs() largest magnitude}]. Special cases, with
 * every method: a tensor without a value other than zero gets the threshold 1, and a constant one
 * its magnitude, both with the reason in {@link Threshold#degenerate()}. NaN and infinities are
 * ignored: whoever calibrates refuses them beforehand.
 */
public interface CalibrationMethod {

  /**
   * Returns the threshold of a tensor.
   *
   * @param histogram the tensor's values
   * @param type the integer type that the tensor will have; {@link IntegerType#INT8} wherever there
   *     are negative values
   */
  Threshold threshold(Histogram histogram, IntegerType type);

  /**
   * Returns the range of a tensor that 256 levels with a zero point of any value represent, by the
   * same criterion: for tensors whose {@linkplain Histogram#isAsymmetric() values are not spread
   * around zero}. The entropy methods search windows of bins on both sides of zero, with 256 levels
   * counted from zero in both directions, for each of 256 windows an octave and each zero point
   * that leaves a sixteenth of either side; {@link #meanSquaredError()} scales 1/256 of an octave
   * apart and each zero point; {@link #maxAbs()} keeps the smallest and the largest value; {@link
   * #percentile} clips as many values at each end, half of what it may. A method that does not say
   * otherwise keeps the smallest and the largest value, too.
   *
   * @param histogram the tensor's values, at least one of them below zero, not all the same, and
   *     not of statistics that an earlier release saved
   * @return the range; its low end is below zero by a level or more
   */
  default ClippingRange range(Histogram histogram) {
    return ClippingRange.ofExtremes(histogram);
  }

  /** Returns the method's name and parameters, which {@link #parse} understands. */
  String id();

  /**
   * Returns the method that minimizes the Kullback-Leibler divergence between the clipped
   * distribution and its quantized form, among thresholds whose squared error is at most {@value
   * EntropyMethod#DEFAULT_BOUND} times the least; the default of this library.
   */
  static CalibrationMethod entropy() {
    return EntropyMethod.DEFAULT;
  }

  /**
   * Returns the method that minimizes the Kullback-Leibler divergence between the clipped
   * distribution and its quantized form, among thresholds whose squared error is little more than
   * the least; {@code "entropy=1.2"} with a bound of 1.2.
   *
   * <p>Relative entropy counts how often magnitudes occur, not how large they are: on its own it
   * may cut a long tail that carries the answer, or follow a spike. So a threshold is taken only if
   * the {@linkplain #meanSquaredError() squared error} with it is at most {@code bound} times the
   * least. Single bins that hold more than 8 times the median of the 32 occupied bins around them
   * are lowered to that median beforehand: a constant region says where its constant is, nothing of
   * the distribution. The search is that of {@link #unboundedEntropy()} otherwise, and finds the
   * same threshold where a tensor has neither tail nor spike. Where no candidate is within the
   * bound, the threshold of the least squared error is taken.
   *
   * <p>Special cases: with fewer occupied bins than levels, or fewer than {@link Histogram#BINS}
   * values other than zero, the largest magnitude is kept if it is within the bound, else the
   * threshold of the least squared error taken, and the reason told.
   *
   * @param bound 1 or more, finite
   * @throws IllegalArgumentException if the bound is outside this range
   */
  static CalibrationMethod entropy(double bound) {
    return new EntropyMethod(OptionalDouble.of(bound));
  }

  /**
   * Returns the method of the reference, which minimizes the Kullback-Leibler divergence between
   * the clipped distribution and its quantized form, whatever its squared error; {@code
   * "entropy=s7310"}. To reproduce its figures: it loses much on some networks.
   *
   * <p>The search runs over 16 bins for each of the {@link IntegerType#levels()}: 2048 for INT8, as
   * in the reference, 4096 for UINT8. For a candidate of i bins, from the number of levels up to
   * the last bin in use, P is the first i bins with all magnitudes beyond added to the last one,
   * and Q the first i bins without those, merged into the levels (bin b into level floor(b * levels
   * / i)) and spread evenly over each level's occupied bins. Zeros take no part. Candidates that
   * leave a bin with P &gt; 0 and Q = 0 are rejected. The threshold is (i + 0.5) bins, and at most
   * the largest magnitude; of candidates that tie, the largest. Where {@linkplain
   * Histogram#isCollapsed() outliers collapse the magnitudes}, the bins of a halved range are
   * searched.
   *
   * <p>Special cases: with fewer occupied bins than levels, or fewer than {@link Histogram#BINS}
   * values other than zero, the largest magnitude is kept and the reason told.
   *
   * @see <a href=
   *     "https://on-demand.gputechconf.com/gtc/2017/presentation/s7310-8-bit-inference-with-tensorrt.pdf">S.
   *     Migacz: 8-bit Inference with TensorRT, GTC 2017</a>
   */
  static CalibrationMethod unboundedEntropy() {
    return EntropyMethod.UNBOUNDED;
  }

  /** Returns the method that keeps the largest magnitude; {@code "max-abs"}. */
  static CalibrationMethod maxAbs() {
    return MaxAbsMethod.INSTANCE;
  }

  /**
   * Returns the method that keeps a percentage of all magnitudes; {@code "percentile=99.99"}.
   *
   * <p>Zeros count, as in other tools (NVIDIA's pytorch-quantization, for one): the 99.99th
   * percentile clips one value in 10,000, whatever they are. Values are taken to be evenly spread
   * within a bin, whose width is at most 1/2048 of the threshold unless outliers are more than 256
   * times as large. Special case: a percentile among the zeros keeps the largest magnitude and
   * tells so.
   *
   * @param percentage above 0, at most 100
   * @throws IllegalArgumentException if the percentage is outside this range
   */
  static CalibrationMethod percentile(double percentage) {
    return new PercentileMethod(percentage);
  }

  /**
   * Returns the method that minimizes the mean squared error of quantization and clipping; {@code
   * "mse"}.
   *
   * <p>With threshold T and scale s = T / {@link IntegerType#max()}, a magnitude x costs (x - s *
   * round(x / s))<sup>2</sup> up to T and (x - T)<sup>2</sup> beyond; the sum over all magnitudes
   * is exact for values evenly spread within each bin, of which there are at least 2048 in every
   * octave. Zeros cost nothing. Candidates are the largest magnitude and, down to 1/512 of the
   * range, the thresholds 1/256 of an octave apart; of candidates that tie, the largest.
   *
   * @see <a href="https://arxiv.org/abs/1810.05723">R. Banner et al.: Post-training 4-bit
   *     quantization of convolution networks for rapid-deployment, 2019</a>, section 3, for the
   *     same objective in closed form
   */
  static CalibrationMethod meanSquaredError() {
    return MeanSquaredErrorMethod.INSTANCE;
  }

  /**
   * Returns the methods to compare on a network, with their usual parameters: {@linkplain
   * #entropy() the default} first, {@link #unboundedEntropy()}, {@link #meanSquaredError()}, {@link
   * #maxAbs()}, and the percentiles 99.99 and 99.999.
   */
  static List<CalibrationMethod> all() {
    return CalibrationMethods.ALL;
  }

  /**
   * Returns the forms of ids that {@link #parse} reads, with a word in capitals for a number, such
   * as {@code percentile=P}.
   */
  static List<String> forms() {
    return CalibrationMethods.forms();
  }

  /**
   * Returns the method with an id.
   *
   * @param id of one of the {@linkplain #forms() forms}; {@code entropy} is the one with the
   *     default bound
   * @throws IllegalArgumentException if there is no such method
   */
  static CalibrationMethod parse(String id) {
    return CalibrationMethods.parse(id);
  }
}
