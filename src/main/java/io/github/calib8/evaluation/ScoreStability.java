package io.github.calib8.evaluation;

import io.github.calib8.tensor.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a model says the same of an image each time, and whatever images it sees beside it: with
 * an active Dropout, random numbers or a BatchNormalization of the batch itself it does not.
 *
 * <p>Stateless and thread-safe.
 */
final class ScoreStability {
  /**
   * The largest difference, as a part of what lies between an image's least and greatest score,
   * that kernels of one arithmetic may have among them: float32's are of the order of 1e-6, those
   * of the 10-bit products of some devices of 1e-3.
   */
  static final double TOLERANCE = 0.01;

  private ScoreStability() {}

  /**
   * What is wrong with a model.
   *
   * @param difference the largest difference of a score, in percent of the range of an image's
   * @param text a line
   */
  record Problem(double difference, String text) {}

  /**
   * Runs a batch once more, and two of its images alone, or its only image beside another. A model
   * that is only ever given one image, as its graph or the micro-batch says, cannot mix any.
   *
   * @param batch [N, ...] float32
   * @param scores what the model made of it before, [N, classes]
   * @return what is wrong; empty if nothing is
   */
  static Optional<Problem> problem(TimedModel model, FloatTensor batch, float[] scores) {
    int images = Math.toIntExact(batch.size(0));
    int classes = scores.length / images;
    double again = difference(model.untimed(batch), scores, classes);
    if (again > TOLERANCE) {
      return Optional.of(problem(model, "when they are run again", again));
    }
    if (images == 1) {
      float[] inPair = Arrays.copyOf(withAnother(model, batch), classes);
      double difference = difference(inPair, scores, classes);
      return difference > TOLERANCE
          ? Optional.of(problem(model, "beside another image", difference))
          : Optional.empty();
    }
    for (int image : List.of(0, images - 1)) {
      float[] inBatch = Arrays.copyOfRange(scores, image * classes, (image + 1) * classes);
      float[] alone = model.untimed(batch.rows(image, image + 1));
      double difference = difference(alone, inBatch, classes);
      if (difference > TOLERANCE) {
        return Optional.of(problem(model, "without the others of the batch", difference));
      }
    }
    return Optional.empty();
  }

  /**
   * The scores of an image and of another: its values negated and in reverse order, which differs
   * whatever the image is, unless all of it is 0.
   */
  private static float[] withAnother(TimedModel model, FloatTensor image) {
    float[] values = image.toArray();
    float[] pair = Arrays.copyOf(values, Math.multiplyExact(2, values.length));
    for (int i = 0; i < values.length; i++) {
      pair[pair.length - 1 - i] = -values[i];
    }
    long[] shape = image.shape();
    shape[0] = 2;
    try (FloatTensor both = FloatTensor.of(pair, shape)) {
      return model.untimed(both);
    }
  }

  private static Problem problem(TimedModel model, String when, double difference) {
    double percent = 100 * difference;
    return new Problem(
        percent,
        "Expected the same scores of the same images from %s %s, found differences of %s %% of their range: it is random or mixes images, and its figures are of chance"
            .formatted(model.title(), when, String.format(Locale.ROOT, "%.2f", percent)));
  }

  /** The largest difference of an image's scores by their range; 0 where all are alike. */
  private static double difference(float[] found, float[] expected, int classes) {
    double largest = 0;
    for (int from = 0; from < expected.length; from += classes) {
      float least = Float.POSITIVE_INFINITY;
      float most = Float.NEGATIVE_INFINITY;
      double apart = 0;
      for (int i = from; i < from + classes; i++) {
        least = Math.min(least, Math.min(expected[i], found[i]));
        most = Math.max(most, Math.max(expected[i], found[i]));
        apart = Math.max(apart, Math.abs((double) found[i] - expected[i]));
      }
      if (apart > 0) {
        largest = Math.max(largest, apart / ((double) most - least));
      }
    }
    return largest;
  }
}
