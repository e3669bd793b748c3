package io.github.calib8.cli;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ExecutionProvider;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.evaluation.IntegerProducts;
import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.work.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What this machine makes of one embedded network: small enough to take seconds, and yet all of
 * decoding, engine, calibration and integer kernels.
 *
 * @param report FP32 and INT8 on images that did not calibrate, weights rounded to nearest
 * @param tableSha256 of the table's scales
 * @param thresholds of the table, by tensor
 */
record SelfTestRun(AccuracyReport report, String tableSha256, Map<String, Double> thresholds) {

  static final Architecture NETWORK = Architecture.RESNET50;
  static final int CALIBRATION_BATCHES = 2;
  static final int MEASURED_BATCHES = 4;

  /**
   * Calibrates, quantizes and measures on the processor.
   *
   * @param data the folder of the embedded data
   */
  static SelfTestRun of(Path data, int threads, ProgressListener progress) throws IOException {
    ImageBatches all =
        Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt"))
            .batches(EmbeddedRun.BATCH_SIZE, EmbeddedRun.PREPROCESSING);
    OnnxModel fp32 = model(data);
    CalibrationTable table =
        Calibrator.builder(fp32)
            .withThreads(threads)
            .withProgress(progress)
            .build()
            .calibrate(all.first(CALIBRATION_BATCHES));
    AccuracyReport report =
        Evaluator.builder()
            .withThreads(threads)
            .withProgress(progress)
            .build()
            .compare(
                fp32,
                Quantizer.forCpu().quantize(fp32, table),
                all.skip(EmbeddedRun.CALIBRATION_BATCHES).first(MEASURED_BATCHES));
    Map<String, Double> thresholds = new LinkedHashMap<>();
    for (TensorCalibration tensor : table.tensors()) {
      thresholds.put(tensor.tensor(), tensor.threshold());
    }
    return new SelfTestRun(report, CalibrationTable.scalesSha256(table.tensors()), thresholds);
  }

  /** How many convolutions and matrix products there are, and how many of them run in integers. */
  IntegerProducts products() {
    return report.int8().products().orElseThrow();
  }

  /**
   * What each of the engine's providers says to running the network: that it does, or why not.
   *
   * @param data the folder of the embedded data
   */
  static Map<String, String> providers(Path data) throws IOException {
    OnnxModel model = model(data);
    Map<String, String> states = new LinkedHashMap<>();
    for (ExecutionProvider provider : ExecutionProvider.values()) {
      states.put(provider.id(), state(model, new Device(provider, 0)));
    }
    return states;
  }

  private static String state(OnnxModel model, Device device) {
    EngineOptions options = EngineOptions.defaults().withDevice(device).withLargestBatch(1);
    try {
      InferenceSession.open(model, options).close();
      return "runs";
    } catch (EngineException e) {
      return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
  }

  private static OnnxModel model(Path data) throws IOException {
    return OnnxModel.read(data.resolve("networks").resolve(NETWORK.id() + ".onnx"));
  }

  static List<Architecture> networks() {
    return List.of(NETWORK);
  }
}
