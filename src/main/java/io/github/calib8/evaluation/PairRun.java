package io.github.calib8.evaluation;

import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.evaluation.PairModels.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A pair of models, open on each device, and what they made of the images so far. */
final class PairRun implements AutoCloseable {

  private final PairIdentity pair;
  private final List<PairModels> devices = new ArrayList<>();
  private final PairTally tally;
  private int classes;

  private PairRun(ModelPair pair, PairIdentity identity) {
    this.pair = identity;
    this.tally = new PairTally(OutputKind.of(pair.fp32()), OutputKind.of(pair.int8()));
  }

  static PairRun open(
      ModelPair pair,
      PairIdentity identity,
      int microBatch,
      EngineOptions options,
      List<Device> devices) {
    PairRun run = new PairRun(pair, identity);
    try {
      for (Device device : devices) {
        run.devices.add(PairModels.open(pair, microBatch, options.withDevice(device)));
      }
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /**
   * The models on a device.
   *
   * @param device the device's place in the list
   */
  PairModels on(int device) {
    return devices.get(device);
  }

  /**
   * Counts what the models made of a batch. For one thread, in the batches' order.
   *
   * @param planned all images of the evaluation, whose labels are checked at the first batch
   */
  void add(ImageBatch batch, Scores scores, BatchSource planned) {
    int count = batch.size();
    if (scores.fp32().length != scores.int8().length) {
      throw new IllegalArgumentException(
          "Expected FP32 and INT8 models of one number of classes for '%s', found %s and %s"
              .formatted(pair.name(), scores.fp32().length / count, scores.int8().length / count));
    }
    if (classes == 0) {
      classes = scores.fp32().length / count;
      requireLabels(planned);
    }
    requireFinite(devices.get(0).fp32(), scores.fp32(), batch);
    requireFinite(devices.get(0).int8(), scores.int8(), batch);
    int[] labels = batch.labels();
    for (int image = 0; image < count; image++) {
      int from = image * classes;
      tally.add(
          batch.names().get(image), labels[image], scores.fp32(), scores.int8(), from, classes);
    }
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

  private void requireFinite(TimedModel model, float[] scores, ImageBatch batch) {
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new EvaluationException(
            "Expected finite scores from %s, found %s for class %s of image '%s'"
                .formatted(model.title(), scores[i], i % classes, batch.names().get(i / classes)));
      }
    }
  }

  /** What was counted so far. */
  PairStatistics statistics() {
    return tally.statistics(
        pair, imagesPerSecond(PairModels::fp32), imagesPerSecond(PairModels::int8));
  }

  /** Of all devices together, which work at the same time. */
  private double imagesPerSecond(Function<PairModels, TimedModel> model) {
    return devices.stream().map(model).mapToDouble(TimedModel::imagesPerSecond).sum();
  }

  @Override
  public void close() {
    devices.forEach(PairModels::close);
  }
}
