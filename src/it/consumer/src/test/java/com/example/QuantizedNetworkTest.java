package com.example;

import static io.github.calib8.assertions.Calib8Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calibrates a small network, and asserts what INT8 costs. */
class QuantizedNetworkTest {
  private static final Path DATA = Path.of(System.getProperty("data"));
  private static final Preprocessing PREPROCESSING =
      Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);

  private static OnnxModel fp32;
  private static ImageBatches images;
  private static CalibrationTable table;

  @BeforeAll
  static void calibrate() throws IOException {
    fp32 = OnnxModel.read(DATA.resolve("networks/alexnet.onnx"));
    images =
        Ilsvrc2012.validation(DATA.resolve("ILSVRC2012_img_val.tar"), DATA.resolve("val.txt"))
            .batches(25, PREPROCESSING);
    table = Calibrator.builder(fp32).build().calibrate(images.first(20));
  }

  @Test
  void thereWereEnoughImagesToCalibrate() {
    assertThat(table).hasScaleFor(fp32.input().name()).convergedWithin(5).isNotDegenerate();
  }

  @Test
  void int8LosesNextToNothing(@TempDir Path folder) throws IOException {
    OnnxModel int8 = Quantizer.forCpu().quantize(fp32, table);
    AccuracyReport report =
        Evaluator.builder().build().compare(fp32, int8, images.skip(20).first(80));
    assertThat(report)
        .isOverAtLeast(2000)
        .losesLessThan(0.2)
        .pointsOfTop1()
        .losesLessThan(0.2)
        .pointsOfTop5()
        .losesLessThan(1)
        .pointsOfTop1AtWorst()
        .agreesOnAtLeast(95);

    int8.write(folder.resolve("alexnet.int8.onnx"));
    assertThat(folder.resolve("alexnet.int8.onnx")).isNotEmptyFile();
  }
}
