package io.github.calib8.diagnosis;

import io.github.calib8.evaluation.BatchScores;
import io.github.calib8.evaluation.OutputKind;
import java.util.EnumSet;
import java.util.Optional;

/**
 * What is wrong with a model's scores as probabilities. It moves no ranking but where it mixes
 * images, and all that is made of probabilities: divergence, confidence, thresholds.
 */
public enum ScoreFault {
  /**
   * A softmax of probabilities: no class is more than e times as probable as another one, whatever
   * the image, and some are more than 1.65 times.
   */
  SOFTMAX_DOUBLED,
  /**
   * The scores are probabilities - none is negative, and their sum is 1 - but no Softmax node makes
   * them: they are taken as logits, and so get a softmax more.
   */
  PROBABILITIES_WITHOUT_SOFTMAX,
  /**
   * A Softmax node makes the scores, and their sum is not 1: its axis is not that of the classes.
   */
  SOFTMAX_OVER_OTHER_AXIS,
  /** Some scores are infinite or no numbers. */
  NOT_FINITE;

  private static final double TOLERANCE = 1e-3;

  /** Below, in nats, a model has no opinion: its classes are alike without a second softmax. */
  private static final double LEAST_OPINION = 0.5;

  /** Looks for faults that all images show. An accumulator for one thread. */
  static final class Search {
    private final EnumSet<ScoreFault> left = EnumSet.allOf(ScoreFault.class);
    private boolean seen;
    private boolean notFinite;
    private double strongest;

    void add(BatchScores scores) {
      for (int image = 0; image < scores.images(); image++) {
        add(scores, image);
      }
    }

    private void add(BatchScores scores, int image) {
      int classes = scores.classes();
      double sum = 0;
      float most = Float.NEGATIVE_INFINITY;
      float least = Float.POSITIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        float score = scores.score(image, c);
        sum += score;
        most = Math.max(most, score);
        least = Math.min(least, score);
      }
      seen = true;
      notFinite |= !Double.isFinite(sum);
      boolean probable = least >= 0 && Math.abs(sum - 1) <= TOLERANCE;
      boolean named = scores.kind() == OutputKind.PROBABILITIES;
      double opinion = Math.log(most) - Math.log(least);
      strongest = Math.max(strongest, opinion);
      keep(SOFTMAX_DOUBLED, probable && opinion <= 1 + TOLERANCE);
      keep(PROBABILITIES_WITHOUT_SOFTMAX, probable && !named);
      keep(SOFTMAX_OVER_OTHER_AXIS, named && !probable && classes > 2);
    }

    private void keep(ScoreFault fault, boolean shown) {
      if (!shown) {
        left.remove(fault);
      }
    }

    /** What all images seen show, the most telling first. */
    Optional<ScoreFault> found() {
      if (notFinite) {
        return Optional.of(NOT_FINITE);
      }
      left.remove(NOT_FINITE);
      keep(SOFTMAX_DOUBLED, strongest >= LEAST_OPINION);
      return seen ? left.stream().findFirst() : Optional.empty();
    }
  }
}
