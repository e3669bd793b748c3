package io.github.calib8.evaluation;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import java.util.Arrays;
import java.util.Optional;

/** What the numbers of a classifier's output are; decided by its graph. */
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
  },

  /**
   * The output of a Softmax node.
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
  };

  /** Writes the natural logarithms of the class probabilities of one image to the target. */
  abstract void logProbabilities(float[] scores, int from, int classes, double[] target);

  /**
   * The probabilities of one image's classes.
   *
   * @param scores what the model says of each class, finite
   * @return as many probabilities: {@link #PROBABILITIES} as they are, the softmax of {@link
   *     #LOGITS}
   */
  public double[] probabilities(float[] scores) {
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
   * Follows the model's output back to the node that computes it: a Softmax, or anything else.
   *
   * @param model a classifier of one output
   * @return what its output holds
   */
  public static OutputKind of(OnnxModel model) {
    Optional<Node> node = model.producer(model.output().name());
    while (node.isPresent() && OperatorTraits.of(node.get()).keepsScores()) {
      node = model.producer(node.get().inputs().get(0));
    }
    return node.filter(last -> OperatorTraits.of(last).makesProbabilities()).isPresent()
        ? PROBABILITIES
        : LOGITS;
  }
}
