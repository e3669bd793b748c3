package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.quantization.Target;
import io.github.calib8.report.AccuracyMarkdown;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What TensorRT's rules cost on the embedded data: signed activations have half the levels. */
class TensorRtAccuracyTest {

  private static final Path DATA = Path.of("calibration-data");
  private static final int BATCH_SIZE = 25;
  private static final int CALIBRATION_BATCHES = 10;
  private static final int MEASURED_BATCHES = 60;
  private static final double TOLERATED_LOSS = 0.2;

  @Test
  void noNetworkLosesAFifthOfAPoint() throws IOException {
    Preprocessing preprocessing =
        Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);
    ImageBatches batches =
        Ilsvrc2012.validation(DATA.resolve("ILSVRC2012_img_val.tar"), DATA.resolve("val.txt"))
            .batches(BATCH_SIZE, preprocessing);
    List<ModelPair> pairs = new ArrayList<>();
    for (String network : List.of("alexnet", "googlenet", "resnet50")) {
      OnnxModel fp32 = OnnxModel.read(DATA.resolve("networks").resolve(network + ".onnx"));
      Calibrator calibrator = Calibrator.builder(fp32).withTarget(Target.tensorRt()).build();
      OnnxModel int8 =
          Quantizer.forTensorRt()
              .quantize(fp32, calibrator.calibrate(batches.first(CALIBRATION_BATCHES)));
      pairs.add(new ModelPair(network, fp32, int8));
    }

    List<AccuracyReport> reports =
        Evaluator.builder()
            .build()
            .compareAll(pairs, batches.skip(CALIBRATION_BATCHES).first(MEASURED_BATCHES));

    assertThat(reports)
        .as(AccuracyMarkdown.toMarkdown(reports))
        .hasSize(pairs.size())
        .allSatisfy(
            report -> {
              assertThat(report.images()).isEqualTo(BATCH_SIZE * MEASURED_BATCHES);
              // Hard enough a task to show differences.
              assertThat(report.fp32().top1()).isBetween(55.0, 92.0);
              assertThat(report.top1Loss()).isLessThan(TOLERATED_LOSS);
              assertThat(report.top5Loss()).isLessThan(TOLERATED_LOSS);
            });
  }
}
