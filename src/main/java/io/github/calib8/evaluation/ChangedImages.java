package io.github.calib8.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the first images whose class changes.
 *
 * <p>An accumulator for one thread.
 */
final class ChangedImages {

  private final OutputKind fp32Kind;
  private final OutputKind int8Kind;
  private final List<ChangedImage> images = new ArrayList<>();

  ChangedImages(OutputKind fp32Kind, OutputKind int8Kind) {
    this.fp32Kind = fp32Kind;
    this.int8Kind = int8Kind;
  }

  /** Adds one image, whose scores start at the same index in all arrays. All are finite. */
  void add(String image, int label, ModelScores fp32, ModelScores int8, int from, int classes) {
    int fp32Class = Ranking.best(fp32.ranked(), from, classes);
    int int8Class = Ranking.best(int8.ranked(), from, classes);
    if (fp32Class != int8Class && images.size() < AccuracyReport.MAX_CHANGED) {
      images.add(
          new ChangedImage(
              image,
              label,
              fp32Class,
              probability(fp32Kind, fp32.values(), from, classes, fp32Class),
              int8Class,
              probability(int8Kind, int8.values(), from, classes, int8Class)));
    }
  }

  private static double probability(
      OutputKind kind, float[] scores, int from, int classes, int index) {
    double[] log = new double[classes];
    kind.logProbabilities(scores, from, classes, log);
    // The logarithm of a certain class may round to something above 0.
    return Math.min(1, Math.exp(log[index]));
  }

  List<ChangedImage> images() {
    return List.copyOf(images);
  }
}
