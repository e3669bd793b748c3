package io.github.calib8.train;

import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.onnx.OnnxModel;
import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How often a model is right and how near to a decision boundary the images lie, in percent. An
 * immutable value.
 *
 * @param images how many images were shown
 * @param top1 how often the label has the highest probability
 * @param top5 how often it is among the five highest
 * @param near how often the second highest probability is within a factor of e^0.2 of the highest
 * @param close the same, within e^0.5
 * @param loose the same, within e^1
 */
record Accuracy(int images, double top1, double top5, double near, double close, double loose) {
  private static final int FIVE = 5;
  private static final double NEAR = 0.2;
  private static final double CLOSE = 0.5;
  private static final double LOOSE = 1;
  private static final double NORMAL_95 = 1.96;
  private static final int BATCH = 100;

  /** Measures a model on images. */
  static Accuracy of(OnnxModel model, ImageBatches batches) {
    Tally tally = new Tally();
    try (InferenceSession session = InferenceSession.open(model, EngineOptions.defaults());
        BatchLoader loader = batches.load()) {
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next()) {
          float[][] output = session.run(batch.images()).toFloatMatrix();
          for (int i = 0; i < output.length; i++) {
            tally.add(output[i], batch.labels()[i]);
          }
        }
      }
    }
    return tally.accuracy();
  }

  /** Measures a model on the middles of drawn pictures. */
  static Accuracy of(OnnxModel model, Pictures pictures) {
    Tally tally = new Tally();
    int size = Recipe.INPUT_SIZE;
    int values = 3 * size * size;
    try (InferenceSession session = InferenceSession.open(model, EngineOptions.defaults())) {
      for (int from = 0; from + BATCH <= pictures.size(); from += BATCH) {
        float[] images = new float[BATCH * values];
        for (int i = 0; i < BATCH; i++) {
          pictures.middle(from + i, size, images, i * values);
        }
        float[][] output =
            session.run(Nd4j.createFromArray(images).reshape(BATCH, 3, size, size)).toFloatMatrix();
        for (int i = 0; i < BATCH; i++) {
          tally.add(output[i], pictures.label(from + i));
        }
      }
    }
    return tally.accuracy();
  }

  /** Returns the half width of the 95 % interval of a share, in points. */
  double plusMinus(double share) {
    return NORMAL_95 * Math.sqrt(share * (100 - share) / images);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "top-1 %.2f +- %.2f %%, top-5 %.2f +- %.2f %%, within e^0.2 %.1f %%, e^0.5 %.1f %%, e^1 %.1f %%"
            + " of %,d",
        top1,
        plusMinus(top1),
        top5,
        plusMinus(top5),
        near,
        close,
        loose,
        images);
  }

  /** Counts images. Not thread-safe. */
  static final class Tally {
    private int images;
    private int first;
    private int among;
    private int near;
    private int close;
    private int loose;

    /** Counts an image; a class that ties with the label ranks before it. */
    void add(float[] probabilities, int label) {
      int rank = 0;
      float best = 0;
      float second = 0;
      for (int c = 0; c < probabilities.length; c++) {
        float value = probabilities[c];
        rank += c != label && value >= probabilities[label] ? 1 : 0;
        second = Math.max(second, Math.min(best, value));
        best = Math.max(best, value);
      }
      double margin = Math.log(best) - Math.log(second);
      images++;
      first += rank == 0 ? 1 : 0;
      among += rank < FIVE ? 1 : 0;
      near += margin <= NEAR ? 1 : 0;
      close += margin <= CLOSE ? 1 : 0;
      loose += margin <= LOOSE ? 1 : 0;
    }

    Accuracy accuracy() {
      return new Accuracy(
          images, percent(first), percent(among), percent(near), percent(close), percent(loose));
    }

    private double percent(int count) {
      return 100.0 * count / images;
    }
  }
}
