package io.github.calib8.diagnosis;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/** What the differences between two settings, image by image, say of which is better. */
final class PairedGains {

  private PairedGains() {}

  /**
   * How probable such differences or more convincing ones are if neither setting is better.
   *
   * @return the p value of Wilcoxon's one-sided signed-rank test; 1 if nothing differs
   */
  static double p(double[] gains) {
    return Arrays.stream(gains).allMatch(gain -> gain == 0)
        ? 1
        : WilcoxonSignedRankTest.withDefaults()
            .with(AlternativeHypothesis.GREATER_THAN)
            .test(gains)
            .getPValue();
  }

  static double mean(double[] gains) {
    return Arrays.stream(gains).average().orElseThrow();
  }

  /** The standard error of the mean; 0 for a single image. */
  static double error(double[] gains) {
    double mean = mean(gains);
    double squares = Arrays.stream(gains).map(gain -> (gain - mean) * (gain - mean)).sum();
    return gains.length < 2 ? 0 : Math.sqrt(squares / (gains.length - 1) / gains.length);
  }

  /**
   * How many times as many images make a p value that is small enough of one that is not, if they
   * go on as they began: the test's statistic grows with the square root of their number.
   *
   * @param p in (0, 0.5)
   * @param needed less than p, more than 0
   */
  static double factor(double p, double needed) {
    NormalDistribution normal = NormalDistribution.of(0, 1);
    double ratio = normal.inverseSurvivalProbability(needed) / normal.inverseSurvivalProbability(p);
    return ratio * ratio;
  }
}
