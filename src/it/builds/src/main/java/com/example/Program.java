package com.example;

import ai.djl.engine.Engine;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.tensor.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Calibrates, quantizes and evaluates, and touches each library below on the way. */
public final class Program {
  private static final Preprocessing PREPROCESSING =
      Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);

  private Program() {}

  /**
   * Runs.
   *
   * @param arguments the folder of networks and images, and where to write to
   */
  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(arguments[0]);
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    OnnxModel fp32 = OnnxModel.read(data.resolve("networks/alexnet.onnx"));
    ImageBatches images =
        Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt"))
            .batches(25, PREPROCESSING);
    Calibrator.builder(fp32).build().calibrate(images.first(4)).write(folder.resolve("table.json"));
    CalibrationTable table = CalibrationTable.read(folder.resolve("table.json"));
    Quantizer.forCpu().quantize(fp32, table).write(folder.resolve("int8.onnx"));
    OnnxModel int8 = OnnxModel.read(folder.resolve("int8.onnx"));
    AccuracyReport report =
        Evaluator.builder().build().compare(fp32, int8, images.skip(4).first(4));
    require(report.images() == 100 && report.agreement() >= 90, report);
    try (FloatTensor tensor = FloatTensor.of(new float[] {1, 2, 3}, 3)) {
      // Of no type of ND4J's, which a module does not see.
      Object array = tensor.toINDArray();
      require(array.toString().contains("2.0"), array);
    }
    require(Engine.getEngine("OnnxRuntime") != null, "DJL");
    System.out.println("calibrated, quantized, evaluated: " + report);
  }

  private static void require(boolean holds, Object found) {
    if (!holds) {
      throw new IllegalStateException("Found " + found);
    }
  }
}
