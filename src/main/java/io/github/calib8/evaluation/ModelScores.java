package io.github.calib8.evaluation;

/**
 * What a model says of the classes of some images, row by row.
 *
 * <p>A model of one score an image tells two classes apart: class 1 where its probability is above
 * a threshold, else class 0. The threshold moves the decision alone, not the probabilities.
 *
 * @param values [N, classes]: what probabilities are made of
 * @param ranked [N, classes]: the greater, the further up; the same array for more than one score
 */
record ModelScores(float[] values, float[] ranked) {

  private static final int CLASSES = 2;

  /** The scores of a model of several classes. */
  static ModelScores of(float[] scores) {
    return new ModelScores(scores, scores);
  }

  /**
   * The scores of both classes, of one of class 1 for each image.
   *
   * @param kind what the score is
   * @param scores [N]
   * @param threshold the probability above which an image is of class 1, in (0, 1)
   */
  static ModelScores ofOne(OutputKind kind, float[] scores, double threshold) {
    float limit = (float) kind.score(threshold);
    float[] values = new float[Math.multiplyExact(CLASSES, scores.length)];
    float[] ranked = new float[values.length];
    for (int i = 0; i < scores.length; i++) {
      values[CLASSES * i] = kind.ofOtherClass(scores[i]);
      values[CLASSES * i + 1] = scores[i];
      ranked[CLASSES * i] = limit;
      ranked[CLASSES * i + 1] = scores[i];
    }
    return new ModelScores(values, ranked);
  }
}
