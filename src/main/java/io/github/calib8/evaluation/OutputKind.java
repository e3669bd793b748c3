package io.github.calib8.evaluation;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.work.Internal;
import java.util.Arrays;
import java.util.Optional;

/** What the numbers of a classifier's output are; decided by its graph. */
@Internal
public enum OutputKind {
  /**
   * Unnormalized scores; the softmax is still to be taken. Log-probabilities are such scores too,
   * as the softmax maps them to their own probabilities.
   */
  LOGITS {
    @Override
    void logProbabilities(float[] scores, int from, int classes, double[] target) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        max = Math.max(max, scores[from + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(scores[from + c] - max);
      }
      double logSum = max + Math.log(sum);
      for (int c = 0; c < classes; c++) {
        target[c] = scores[from + c] - logSum;
      }
    }

    @Override
    double score(double probability) {
      return Math.log(probability) - Math.log1p(-probability);
    }

    @Override
    float ofOtherClass(float score) {
      return 0;
    }
  },

  /**
   * The output of a Softmax node; of a Sigmoid node, too, where it is one score an image.
   *
   * <p>A zero there is a probability that float32 could not hold, not an impossible class: it
   * counts as the smallest normal number, 2<sup>-126</sup>, and the divergence stays finite. The
   * probabilities are normalized once more in double precision.
   */
  PROBABILITIES {
    @Override
    void logProbabilities(float[] scores, int from, int classes, double[] target) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.max(scores[from + c], Float.MIN_NORMAL);
      }
      double logSum = Math.log(sum);
      for (int c = 0; c < classes; c++) {
        target[c] = Math.log(Math.max(scores[from + c], Float.MIN_NORMAL)) - logSum;
      }
    }

    @Override
    double score(double probability) {
      return probability;
    }

    @Override
    float ofOtherClass(float score) {
      // A 1 stands for all that is nearer to 1 than to the number before it.
      return Math.max(1 - score, NEAREST_TO_ONE);
    }
  };

  private static final float NEAREST_TO_ONE = 0x1p-25f;

  /** Writes the natural logarithms of the class probabilities of one image to the target. */
  abstract void logProbabilities(float[] scores, int from, int classes, double[] target);

  /** The score of class 1 at a probability, of a model of one score an image. */
  abstract double score(double probability);

  /** The score of class 0, of a model of one score an image. */
  abstract float ofOtherClass(float score);

  /**
   * The probabilities of one image's classes.
   *
   * @param scores what the model says of each class, or of class 1 alone; finite
   * @return as many probabilities, at least two: {@link #PROBABILITIES} as they are, the softmax of
   *     {@link #LOGITS}
   */
  public double[] probabilities(float[] scores) {
    if (scores.length == 1) {
      return probabilities(new float[] {ofOtherClass(scores[0]), scores[0]});
    }
    double[] probabilities = new double[scores.length];
    if (this == PROBABILITIES) {
      Arrays.setAll(probabilities, c -> scores[c]);
    } else {
      logProbabilities(scores, 0, scores.length, probabilities);
      Arrays.setAll(probabilities, c -> Math.exp(probabilities[c]));
    }
    return probabilities;
  }

  /**
   * The divergence of one image's probabilities from those that another model says, KL(this ||
   * other) in nats.
   *
   * @param scores what this model says of each class, or of class 1 alone; finite
   * @param otherKind what the other model's scores are
   * @param otherScores what the other model says of the same classes; finite
   * @return 0 or more
   */
  public double divergence(float[] scores, OutputKind otherKind, float[] otherScores) {
    if (scores.length == 1) {
      return divergence(
          new float[] {ofOtherClass(scores[0]), scores[0]},
          otherKind,
          new float[] {otherKind.ofOtherClass(otherScores[0]), otherScores[0]});
    }
    double[] logs = new double[scores.length];
    double[] otherLogs = new double[scores.length];
    logProbabilities(scores, 0, scores.length, logs);
    otherKind.logProbabilities(otherScores, 0, scores.length, otherLogs);
    return divergence(logs, otherLogs, scores.length);
  }

  /** Of the logarithms of probabilities; not negative but for rounding, which is left out. */
  static double divergence(double[] logs, double[] otherLogs, int classes) {
    double divergence = 0;
    for (int c = 0; c < classes; c++) {
      divergence += Math.exp(logs[c]) * (logs[c] - otherLogs[c]);
    }
    return Math.max(0, divergence);
  }

  /**
   * Follows the model's output back to the node that computes it: a Softmax, a Sigmoid that makes
   * one score an image, or anything else.
   *
   * @param model a classifier of one output
   * @return what its output holds
   */
  public static OutputKind of(OnnxModel model) {
    return of(model, ClassScores.scores(model).orElse(0));
  }

  /**
   * The same where a run tells the number of scores.
   *
   * @param scores how many an image has
   */
  static OutputKind of(OnnxModel model, int scores) {
    Optional<Node> node = model.producer(model.output().name());
    while (node.isPresent() && OperatorTraits.of(node.get()).keepsScores()) {
      node = model.producer(node.get().inputs().get(0));
    }
    if (node.isEmpty()) {
      return LOGITS;
    }
    OperatorTraits last = OperatorTraits.of(node.orElseThrow());
    boolean single = scores == 1 && last.makesEachProbable();
    return single || last.makesProbabilities() ? PROBABILITIES : LOGITS;
  }
}
