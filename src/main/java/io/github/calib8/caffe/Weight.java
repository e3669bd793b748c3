package io.github.calib8.caffe;

import java.util.List;

/**
 * A blob of weights that a layer needs.
 *
 * @param suffix what its name ends with
 * @param dims its dimensions
 * @param mean what its values are around, if they are drawn
 * @param deviation how far from it they are: the standard deviation
 */
record Weight(String suffix, List<Long> dims, float mean, double deviation) {

  /** A kernel, after He et al., 2015 (arXiv:1502.01852). */
  static Weight kernel(long fanIn, Long... dims) {
    return new Weight("w", List.of(dims), 0, StrictMath.sqrt(2.0 / fanIn));
  }

  /** Values that are all equal before training. */
  static Weight constant(String suffix, float value, List<Long> dims) {
    return new Weight(suffix, dims, value, 0);
  }

  /** One summand a channel. */
  static Weight bias(long channels) {
    return constant("b", 0, List.of(channels));
  }
}
