package io.github.calib8.diagnosis;

import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What a setting gets right.
 *
 * @param setting the setting
 * @param top1 the images whose class ranks first, by their index; not to be changed
 * @param top5 those whose class is among the first five; not to be changed
 * @param logLikelihoods the natural logarithm of the likelihood of each image's class
 */
record Trial(Setting setting, BitSet top1, BitSet top5, ImmutableDoubleArray logLikelihoods) {

  int right() {
    return top1.cardinality();
  }

  int rightOfFive() {
    return top5.cardinality();
  }

  /** How many images this gets right and the other does not. */
  int onlyThis(Trial other) {
    BitSet only = (BitSet) top1.clone();
    only.andNot(other.top1);
    return only.cardinality();
  }

  /** The mean of the logarithms. */
  double logLikelihood() {
    return logLikelihoods.stream().average().orElseThrow();
  }

  /** By how much the logarithm of each image's likelihood is higher here than in the other one. */
  double[] gains(Trial other) {
    double[] gains = new double[logLikelihoods.length()];
    Arrays.setAll(gains, i -> logLikelihoods.get(i) - other.logLikelihoods.get(i));
    return gains;
  }
}
