package io.github.calib8.evaluation;

import io.github.calib8.work.Internal;

/**
 * What a classifier says of the classes of some images.
 *
 * <p>A model of one score an image tells two classes apart. Immutable and safe for use by several
 * threads.
 */
@Internal
public final class BatchScores {
  private final OutputKind kind;
  private final ModelScores scores;
  private final int images;
  private final int classes;

  /**
   * Reads what a model made of some images.
   *
   * @param kind what its output holds
   * @param made [N, scores], row by row; not copied
   * @param threshold the probability above which an image is of class 1, of a model of one score
   */
  BatchScores(OutputKind kind, float[] made, int images, double threshold) {
    boolean single = made.length == images;
    this.kind = kind;
    this.scores = single ? ModelScores.ofOne(kind, made, threshold) : ModelScores.of(made);
    this.images = images;
    this.classes = scores.values().length / images;
  }

  /**
   * How many images there are.
   *
   * @return N
   */
  public int images() {
    return images;
  }

  /**
   * How many classes the model tells apart.
   *
   * @return 2 or more
   */
  public int classes() {
    return classes;
  }

  /**
   * What the scores are, by the node that makes them.
   *
   * @return the kind
   */
  public OutputKind kind() {
    return kind;
  }

  /**
   * What the model says of a class.
   *
   * @param image the image, from 0
   * @param value the class, from 0
   * @return the score; may be infinite or no number
   */
  public float score(int image, int value) {
    return scores.values()[image * classes + value];
  }

  /**
   * How many classes rank above one.
   *
   * @param image the image, from 0
   * @param value the class, from 0
   * @return 0 for the one that ranks first
   */
  public int rank(int image, int value) {
    return Ranking.rank(scores.ranked(), image * classes, classes, value);
  }

  /**
   * The natural logarithms of the probabilities of one image's classes.
   *
   * @param image the image, from 0
   * @return as many as there are classes; not finite where a score is not
   */
  public double[] logProbabilities(int image) {
    double[] logs = new double[classes];
    kind.logProbabilities(scores.values(), image * classes, classes, logs);
    return logs;
  }
}
