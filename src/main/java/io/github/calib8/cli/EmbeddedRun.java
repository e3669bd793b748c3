package io.github.calib8.cli;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.quantization.Target;
import io.github.calib8.rounding.RoundedPlan;
import io.github.calib8.rounding.WeightRounder;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.work.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation protocol of the reference report on the embedded data: batches of 25 images, the
 * first 50 of which calibrate while all others measure.
 *
 * @param data the folder with the images and the trained networks
 * @param networks which networks, in the order of the results
 * @param threads the number of threads
 * @param devices what the evaluation runs on
 * @param state where to keep the state, if anywhere
 * @param limit how many images measure, at most
 */
record EmbeddedRun(
    Path data,
    List<Architecture> networks,
    int threads,
    List<Device> devices,
    @Nullable StateFolder state,
    int limit) {

  /** What the state of the evaluation, of all networks at once, is called. */
  private static final String ALL_NETWORKS = "embedded";

  static final int BATCH_SIZE = 25;
  static final int CALIBRATION_BATCHES = 50;

  /** What the embedded networks were trained with. */
  static final Preprocessing PREPROCESSING =
      Preprocessing.torchvision().toBuilder()
          .withResize(Resize.shorterSide(72))
          .withCrop(64)
          .build();

  /**
   * Runs it.
   *
   * @param progress makes a listener for a network's name, or for {@code all}
   * @return the results, in the order of the networks
   */
  AccuracyResults run(Function<String, ProgressListener> progress) throws IOException {
    ImageDataset all =
        Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt"));
    ImageBatches calibration = all.batches(BATCH_SIZE, PREPROCESSING).first(CALIBRATION_BATCHES);
    List<OnnxModel> models = new ArrayList<>();
    for (Architecture network : networks) {
      models.add(OnnxModel.read(data.resolve("networks").resolve(network.id() + ".onnx")));
    }
    // A device that is not there must not come to light only after calibration.
    for (Device device : devices) {
      InferenceSession.open(
              models.get(0),
              EngineOptions.defaults().withDevice(device).withLargestBatch(BATCH_SIZE))
          .close();
    }
    Target target = DeviceOptions.target(devices);
    List<ModelPair> pairs = new ArrayList<>();
    List<AccuracyResults.Calibration> calibrations = new ArrayList<>();
    Map<String, RoundedPlan> roundings = new LinkedHashMap<>();
    try (DecodedBatches decoded = DecodedBatches.of(calibration, PREPROCESSING, threads)) {
      for (int i = 0; i < models.size(); i++) {
        String name = networks.get(i).displayName();
        OnnxModel fp32 = models.get(i);
        Calibrator.Builder calibrator =
            Calibrator.builder(fp32)
                .withTarget(target)
                .withThreads(threads)
                .withProgress(progress.apply(name));
        if (state != null) {
          calibrator.withCheckpoint(state.calibration(fp32.name()));
        }
        CalibrationStatistics statistics =
            calibrator.build().collect(state == null ? decoded.source() : calibration);
        CalibrationTable table = statistics.toTable(CalibrationMethod.entropy(), target);
        calibrations.add(AccuracyResults.Calibration.of(name, statistics, table));
        Quantizer quantizer = Quantizer.forTarget(target);
        RoundedPlan rounded =
            WeightRounder.builder(fp32)
                .withThreads(threads)
                .withProgress(progress.apply(name))
                .build()
                .round(quantizer.plan(fp32, table), decoded.source());
        roundings.put(name, rounded);
        pairs.add(new ModelPair(name, fp32, quantizer.quantize(fp32, rounded.plan())));
      }
    }
    ImageBatches measured = measuredOf(all);
    String subject = pairs.size() == 1 ? pairs.get(0).name() : pairs.size() + " networks";
    Evaluator.Builder evaluator =
        Evaluator.builder()
            .withThreads(threads)
            .withDevices(devices)
            .withProgress(progress.apply(subject));
    if (state != null) {
      evaluator.withCheckpoint(state.evaluation(ALL_NETWORKS));
    }
    List<AccuracyReport> reports = new ArrayList<>(evaluator.build().compareAll(pairs, measured));
    for (int i = 0; i < pairs.size(); i++) {
      reports.set(i, AccuracyResults.withSizes(reports.get(i), pairs.get(i)));
    }
    List<String> classNames = Ilsvrc2012.classNames(data.resolve("synset_words.txt"));
    return new AccuracyResults(reports, calibrations, roundings, measured, classNames);
  }

  /** The images after those that calibrate, as far as the limit goes. */
  private ImageBatches measuredOf(ImageDataset all) {
    long last = (long) BATCH_SIZE * CALIBRATION_BATCHES + limit;
    return all.first((int) Math.min(all.size(), last))
        .batches(BATCH_SIZE, PREPROCESSING)
        .skip(CALIBRATION_BATCHES);
  }
}
