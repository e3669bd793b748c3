package io.github.calib8.evaluation;

import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.evaluation.DeviceModels.Scores;
import org.jspecify.annotations.Nullable;

/** What a pair of models made of the images so far. */
final class PairRun {

  private final PairIdentity pair;
  private final ModelPair models;
  private final double threshold;
  private OutputKind fp32Kind;
  private OutputKind int8Kind;
  private PairTally tally;
  private SpeedSums speed = SpeedSums.NONE;
  private int scoresOfImage;
  private int classes;

  /**
   * Starts with no image.
   *
   * @param threshold the probability above which an image is of class 1, of models of one score
   */
  PairRun(ModelPair pair, PairIdentity identity, double threshold) {
    this.pair = identity;
    this.models = pair;
    this.threshold = threshold;
    this.fp32Kind = OutputKind.of(pair.fp32());
    this.int8Kind = OutputKind.of(pair.int8());
    this.tally = new PairTally(fp32Kind, int8Kind);
  }

  /**
   * Counts what the models made of a batch. For one thread, in the batches' order.
   *
   * @param planned all images of the evaluation, whose labels are checked at the first batch
   * @param listener is told of each image; null if nobody is
   */
  void add(
      ImageBatch batch, Scores scores, BatchSource planned, @Nullable EvaluationListener listener) {
    int count = batch.size();
    if (scores.fp32().length != scores.int8().length) {
      throw new IllegalArgumentException(
          "Expected FP32 and INT8 models of one number of classes for '%s', found %s and %s"
              .formatted(pair.name(), scores.fp32().length / count, scores.int8().length / count));
    }
    if (classes == 0) {
      scoresOfImage = scores.fp32().length / count;
      classes = Math.max(2, scoresOfImage);
      fp32Kind = OutputKind.of(models.fp32(), scoresOfImage);
      int8Kind = OutputKind.of(models.int8(), scoresOfImage);
      tally = new PairTally(fp32Kind, int8Kind);
      requireLabels(planned);
    }
    speed = speed.plus(scores.speed());
    requireFinite("FP32", scores.fp32(), batch);
    requireFinite("INT8", scores.int8(), batch);
    ModelScores fp32 = read(fp32Kind, scores.fp32());
    ModelScores int8 = read(int8Kind, scores.int8());
    int[] labels = batch.labels();
    for (int image = 0; image < count; image++) {
      int from = image * classes;
      tally.add(batch.names().get(image), labels[image], fp32, int8, from, classes);
      if (listener != null) {
        listener.measured(
            pair.name(),
            new ImageResult(
                batch.names().get(image),
                labels[image],
                ImageScores.of(fp32Kind, fp32, from, classes),
                ImageScores.of(int8Kind, int8, from, classes)));
      }
    }
  }

  private ModelScores read(OutputKind kind, float[] scores) {
    return scoresOfImage == 1 ? ModelScores.ofOne(kind, scores, threshold) : ModelScores.of(scores);
  }

  private void requireLabels(BatchSource planned) {
    for (int image = 0; image < planned.imageCount(); image++) {
      int label = planned.label(image);
      if (label < 0 || label >= classes) {
        throw new EvaluationException(
            "Expected labels from 0 to %s, the classes of '%s', found %s for image '%s'"
                .formatted(
                    classes - 1,
                    pair.name(),
                    label == ImageBatch.UNLABELED ? "none" : label,
                    planned.names().get(image)));
      }
    }
  }

  private void requireFinite(String precision, float[] scores, ImageBatch batch) {
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new EvaluationException(
            "Expected finite scores from the %s model of '%s', found %s for class %s of image '%s'"
                .formatted(
                    precision,
                    pair.name(),
                    scores[i],
                    i % scoresOfImage,
                    batch.names().get(i / scoresOfImage)));
      }
    }
  }

  /**
   * What was counted so far.
   *
   * @param fp32Rate FP32's images a second
   * @param int8Rate INT8's
   * @param variation how much FP32's scores vary, in percent of their range
   */
  PairStatistics statistics(double fp32Rate, double int8Rate, double variation) {
    return tally.statistics(pair, fp32Rate, int8Rate).with(speed, variation);
  }
}
