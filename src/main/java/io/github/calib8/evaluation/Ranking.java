package io.github.calib8.evaluation;

/**
 * Ranks the classes of one image by score.
 *
 * <p>A class ranks above another one if its score is greater, or if the scores are equal and its
 * index is lower. INT8 outputs hold many equal scores, so that the order must not be left to a sort
 * algorithm. Scores are finite.
 */
final class Ranking {

  private Ranking() {}

  /** The number of classes that rank above the label: 0 for the best. */
  static int rank(float[] scores, int from, int classes, int label) {
    float own = scores[from + label];
    int above = 0;
    for (int c = 0; c < classes; c++) {
      float other = scores[from + c];
      if (other > own || (other == own && c < label)) {
        above++;
      }
    }
    return above;
  }

  /** The class that ranks first. */
  static int best(float[] scores, int from, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (scores[from + c] > scores[from + best]) {
        best = c;
      }
    }
    return best;
  }
}
