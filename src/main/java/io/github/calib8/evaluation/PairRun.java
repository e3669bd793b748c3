package io.github.calib8.evaluation;

import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.Environment;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;

/** A pair of models at work on one batch after the other. For one thread. */
final class PairRun implements AutoCloseable {

  private final String name;
  private final TimedModel fp32;
  private final TimedModel int8;
  private final PairTally tally;
  private final ChangedImages changed;
  private int classes;
  private boolean int8First;

  private PairRun(String name, TimedModel fp32, TimedModel int8) {
    this.name = name;
    this.fp32 = fp32;
    this.int8 = int8;
    this.tally = new PairTally(fp32.outputKind(), int8.outputKind());
    this.changed = new ChangedImages(fp32.outputKind(), int8.outputKind());
  }

  static PairRun open(ModelPair pair, int microBatch, EngineOptions options) {
    requireSameShape(pair, "input", pair.fp32().input(), pair.int8().input());
    requireSameShape(pair, "output", pair.fp32().output(), pair.int8().output());
    TimedModel fp32 =
        TimedModel.open(
            "the FP32 model of '" + pair.name() + "'", pair.fp32(), microBatch, options);
    try {
      TimedModel int8 =
          TimedModel.open(
              "the INT8 model of '" + pair.name() + "'", pair.int8(), microBatch, options);
      return new PairRun(pair.name(), fp32, int8);
    } catch (RuntimeException e) {
      fp32.close();
      throw e;
    }
  }

  private static void requireSameShape(
      ModelPair pair, String what, ValueInfo fp32, ValueInfo int8) {
    List<Long> a = fp32.dims();
    List<Long> b = int8.dims();
    boolean same = a.isEmpty() || b.isEmpty() || a.size() == b.size();
    for (int axis = 1; same && axis < Math.min(a.size(), b.size()); axis++) {
      same = a.get(axis) < 0 || b.get(axis) < 0 || a.get(axis).equals(b.get(axis));
    }
    if (!same) {
      throw new IllegalArgumentException(
          "Expected FP32 and INT8 models of one %s shape for '%s', found %s and %s"
              .formatted(what, pair.name(), fp32, int8));
    }
  }

  /**
   * Runs both models on a batch. They take turns at being first, as the threads that decode the
   * next batch slow down whichever runs beside them.
   *
   * @param planned all images of the evaluation, whose labels are checked at the first batch
   */
  void add(ImageBatch batch, List<LabeledImage> planned, boolean warmUp) {
    float[] fp32Scores;
    float[] int8Scores;
    if (int8First) {
      int8Scores = int8.run(batch.images(), warmUp);
      fp32Scores = fp32.run(batch.images(), warmUp);
    } else {
      fp32Scores = fp32.run(batch.images(), warmUp);
      int8Scores = int8.run(batch.images(), warmUp);
    }
    int8First = !int8First;
    int count = batch.size();
    if (fp32Scores.length != int8Scores.length) {
      throw new IllegalArgumentException(
          "Expected FP32 and INT8 models of one number of classes for '%s', found %d and %d"
              .formatted(name, fp32Scores.length / count, int8Scores.length / count));
    }
    if (classes == 0) {
      classes = fp32Scores.length / count;
      requireLabels(planned);
    }
    requireFinite(fp32, fp32Scores, batch);
    requireFinite(int8, int8Scores, batch);
    int[] labels = batch.labels();
    for (int image = 0; image < count; image++) {
      int from = image * classes;
      tally.add(fp32Scores, int8Scores, from, classes, labels[image]);
      changed.add(batch.names().get(image), labels[image], fp32Scores, int8Scores, from, classes);
    }
  }

  private void requireLabels(List<LabeledImage> planned) {
    for (LabeledImage image : planned) {
      if (image.label() < 0 || image.label() >= classes) {
        throw new EvaluationException(
            "Expected labels from 0 to %d, the classes of '%s', found %d for image '%s'"
                .formatted(classes - 1, name, image.label(), image.name()));
      }
    }
  }

  private void requireFinite(TimedModel model, float[] scores, ImageBatch batch) {
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new EvaluationException(
            "Expected finite scores from %s, found %s for class %d of image '%s'"
                .formatted(model.title(), scores[i], i % classes, batch.names().get(i / classes)));
      }
    }
  }

  AccuracyReport report(List<String> skipped, Environment environment) {
    if (tally.images() == 0) {
      throw new EvaluationException(
          "Expected at least one readable image, found none among " + skipped.size());
    }
    return new AccuracyReport(
        name,
        tally.fp32(fp32.imagesPerSecond()),
        tally.int8(int8.imagesPerSecond()),
        tally.onlyFp32(),
        tally.onlyInt8(),
        tally.agreeing(),
        tally.meanKl(),
        skipped,
        environment,
        changed.images());
  }

  @Override
  public void close() {
    fp32.close();
    int8.close();
  }
}
