package io.github.calib8.diagnosis;

import java.util.Set;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * Another setting, and how the same images speak for it. A value; immutable and thread-safe.
 *
 * @param setting the other setting
 * @param changes in which parameters it differs from the one that it is compared with
 * @param top1 images whose class ranks first under it
 * @param top5 images whose class is among the first five
 * @param evidence on how many images the two settings differ
 */
public record Explanation(
    Setting setting, Set<Parameter> changes, int top1, int top5, Evidence evidence) {

  /** The probability from which on chance is an explanation. */
  static final double LEAST_P = 0.05;

  /** Below, chance is less likely than not. */
  static final double LIKELY_P = 0.5;

  /**
   * What speaks for a setting, and against.
   *
   * <p>Only images on which both settings differ tell anything. If the other one were no better,
   * each of these would be right under either with equal probability: the exact one-sided sign test
   * (McNemar's), whose p value is multiplied by the number of settings tried (Bonferroni).
   *
   * @param onlyThis images that it alone gets right (top-1)
   * @param onlyBefore images that the setting before alone gets right
   * @param tried how many settings were compared with that one
   */
  public record Evidence(int onlyThis, int onlyBefore, int tried) {}

  static Explanation of(Trial trial, Trial before, int tried) {
    return new Explanation(
        trial.setting(),
        before.setting().changes(trial.setting()),
        trial.right(),
        trial.rightOfFive(),
        new Evidence(trial.onlyThis(before), before.onlyThis(trial), tried));
  }

  /**
   * How probable such images or more convincing ones are if no setting that was tried is better.
   *
   * @return the p value of the sign test, times the number of settings tried; at most 1
   */
  public double p() {
    return Math.min(1, evidence.tried * signTest(evidence.onlyThis, evidence.onlyBefore));
  }

  /**
   * Whether the setting is better by more than chance explains.
   *
   * @return true if {@link #p()} is below 0.05
   */
  public boolean isSignificant() {
    return p() < LEAST_P;
  }

  /** The probability of so many of the images that differ, or more. */
  static double signTest(int better, int worse) {
    return better == 0
        ? 1
        : BinomialTest.withDefaults()
            .with(AlternativeHypothesis.GREATER_THAN)
            .test(better + worse, better, 0.5)
            .getPValue();
  }
}
