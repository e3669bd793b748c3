package io.github.calib8.evaluation;

import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.PairModels.Scores;
import io.github.calib8.scale.Int8Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A pair of models, open on each device, and what they made of the images so far. */
final class PairRun implements AutoCloseable {

  private final String name;
  private final List<PairModels> devices = new ArrayList<>();
  private final Optional<String> scales;
  private final PairTally tally;
  private final ChangedImages changed;
  private int classes;

  private PairRun(ModelPair pair) {
    this.name = pair.name();
    this.tally = new PairTally(OutputKind.of(pair.fp32()), OutputKind.of(pair.int8()));
    this.scales = Optional.ofNullable(pair.int8().metadata().get(Int8Metadata.METHOD));
    this.changed = new ChangedImages(OutputKind.of(pair.fp32()), OutputKind.of(pair.int8()));
  }

  static PairRun open(ModelPair pair, int microBatch, EngineOptions options, List<Device> devices) {
    PairRun run = new PairRun(pair);
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
          "Expected FP32 and INT8 models of one number of classes for '%s', found %d and %d"
              .formatted(name, scores.fp32().length / count, scores.int8().length / count));
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
      tally.add(scores.fp32(), scores.int8(), from, classes, labels[image]);
      changed.add(
          batch.names().get(image), labels[image], scores.fp32(), scores.int8(), from, classes);
    }
  }

  private void requireLabels(BatchSource planned) {
    for (int image = 0; image < planned.imageCount(); image++) {
      int label = planned.label(image);
      if (label < 0 || label >= classes) {
        throw new EvaluationException(
            "Expected labels from 0 to %d, the classes of '%s', found %s for image '%s'"
                .formatted(
                    classes - 1,
                    name,
                    label == ImageBatch.UNLABELED ? "none" : label,
                    planned.names().get(image)));
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
        tally.fp32(imagesPerSecond(PairModels::fp32)),
        tally.int8(imagesPerSecond(PairModels::int8)),
        tally.onlyFp32(),
        tally.onlyInt8(),
        tally.agreeing(),
        tally.meanKl(),
        skipped,
        environment,
        scales,
        changed.images());
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
