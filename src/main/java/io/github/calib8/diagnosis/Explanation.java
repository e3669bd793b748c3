package io.github.calib8.diagnosis;

import java.util.Set;

/**
 * Another setting, and how the same images speak for it. A value; immutable and thread-safe.
 *
 * @param setting the other setting
 * @param changes in which parameters it differs from the one that it is compared with
 * @param top1 images whose class ranks first under it
 * @param top5 images whose class is among the first five
 * @param evidence what the images say of the two settings
 */
public record Explanation(
    Setting setting, Set<Parameter> changes, int top1, int top5, Evidence evidence) {

  /** The probability from which on chance is an explanation. */
  static final double LEAST_P = 0.05;

  /** Below, chance is less likely than not. */
  static final double LIKELY_P = 0.5;

  /**
   * In nats. What changes the likelihood of the classes less, such as another filter, can be told
   * from chance and yet costs hardly any image its class.
   */
  public static final double LEAST_GAIN = 0.02;

  /**
   * What speaks for a setting, and against.
   *
   * <p>The likelihood of an image's class is the probability that the model gives it, at the
   * temperature at which all these images' classes are likeliest, so that a setting under which the
   * model is merely surer is no better. If the other setting were no better, its logarithm would as
   * often rise as fall by as much: Wilcoxon's signed-rank test, whose p value is multiplied by the
   * number of settings tried (Bonferroni).
   *
   * @param gain by how much the mean logarithm of the likelihood rises, in nats
   * @param p the one-sided p value of the test
   * @param onlyThis images that it alone gets right (top-1)
   * @param onlyBefore images that the setting before alone gets right
   * @param tried how many settings were compared with that one
   */
  public record Evidence(double gain, double p, int onlyThis, int onlyBefore, int tried) {}

  static Explanation of(Trial trial, Trial before, int tried) {
    double[] gains = trial.gains(before);
    return new Explanation(
        trial.setting(),
        before.setting().changes(trial.setting()),
        trial.right(),
        trial.rightOfFive(),
        new Evidence(
            PairedGains.mean(gains),
            PairedGains.p(gains),
            trial.onlyThis(before),
            before.onlyThis(trial),
            tried));
  }

  /**
   * How probable such images or more convincing ones are if no setting that was tried is better.
   *
   * @return the p value of the test, times the number of settings tried; at most 1
   */
  public double p() {
    return Math.min(1, evidence.tried * evidence.p);
  }

  /**
   * Whether the setting is better by more than chance explains, and than nobody would mind.
   *
   * @return true if {@link #p()} is below 0.05 and the gain 0.02 nats or more
   */
  public boolean isSignificant() {
    return p() < LEAST_P && evidence.gain >= LEAST_GAIN;
  }

  /**
   * Whether more images may show that the setting is better.
   *
   * @return true if it is not {@linkplain #isSignificant() significant}, and yet chance is less
   *     likely than not and the gain 0.02 nats or more
   */
  public boolean isLikely() {
    return !isSignificant() && p() < LIKELY_P && evidence.gain >= LEAST_GAIN;
  }
}
