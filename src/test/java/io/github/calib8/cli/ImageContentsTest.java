package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.calib8.calibration.CalibrationException;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageFolder;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.CalibratedImage;
import io.github.calib8.evaluation.EvaluationException;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.evaluation.Finding;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.work.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are known by their bytes as well as by their names. */
class ImageContentsTest {
  @TempDir private Path folder;
  private TinySetup tiny;
  private Path state;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
    state = folder.resolve("state");
  }

  private void replace(int image, int by) throws IOException {
    Files.copy(tiny.image(by), tiny.image(image), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void otherBytesUnderAnOldNameAreNotResumedOver() throws IOException {
    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
    replace(13, 14);

    CommandLineRun run = tiny.evaluate("--resume", state);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err())
        .contains(
            "found other bytes in '" + tiny.image(13).getFileName() + "'", "model.evaluation");
    Files.delete(state.resolve("model.calibration"));
    Files.delete(state.resolve("model.evaluation"));
    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void aStateOfAnEarlierReleaseHasNoHashesAndGoesOn() throws IOException {
    tiny.evaluate("--resume", state);
    Files.delete(state.resolve("model.evaluation.images"));
    replace(13, 14);

    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(state.resolve("model.evaluation.images")).exists();
  }

  @Test
  void aDamagedListIsNamed() throws IOException {
    tiny.evaluate("--resume", state);
    Files.writeString(state.resolve("model.calibration.images"), "nonsense\n");

    CommandLineRun run = tiny.evaluate("--resume", state);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("model.calibration.images", "nonsense");
  }

  @Test
  void statesOfTheApiKnowImagesByTheirBytesToo() throws IOException {
    OnnxModel model = OnnxModel.read(tiny.model);
    ImageBatches batches =
        ImageFolder.read(tiny.images, tiny.labels)
            .batches(
                5, Preprocessing.caffe().toBuilder().withResize(Resize.none()).withCrop(6).build());
    Calibrator calibrator =
        Calibrator.builder(model)
            .withCheckpoint(Checkpoint.in(folder.resolve("statistics")))
            .build();
    CalibrationTable table =
        calibrator.collect(batches.first(2)).toTable(CalibrationMethod.entropy());
    OnnxModel int8 = Quantizer.forCpu().quantize(model, table);
    Evaluator evaluator =
        Evaluator.builder()
            .withCheckpoint(Checkpoint.in(folder.resolve("evaluation")))
            .withCalibratedOn(batches.first(2))
            .build();
    replace(20, 2);
    AccuracyReport report = evaluator.compare(model, int8, batches.skip(2));
    assertThat(report.calibratedImages())
        .containsExactly(
            new CalibratedImage(
                tiny.image(20).getFileName().toString(), tiny.image(2).getFileName().toString()));
    assertThat(report.finds(Finding.Kind.CALIBRATED_IMAGES)).isTrue();
    assertThat(evaluator.compare(model, int8, batches.skip(2)).calibratedImages())
        .isEqualTo(report.calibratedImages());
    replace(3, 4);
    replace(21, 22);

    assertThatExceptionOfType(CalibrationException.class)
        .isThrownBy(() -> calibrator.collect(batches.first(2)))
        .withMessageContaining("found other bytes in '" + tiny.image(3).getFileName() + "'");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> evaluator.compare(model, int8, batches.skip(2)))
        .withMessageContaining("found other bytes in '" + tiny.image(21).getFileName() + "'");
  }

  @Test
  void imagesThatCannotBeReadAreListedWhereverTheyAre() throws IOException {
    Files.writeString(tiny.image(3), "no image");
    Files.writeString(tiny.image(23), "no image");
    Path other = folder.resolve("other.onnx");
    tiny.evaluate("--int8", other, "--skip-unreadable");
    Path json = folder.resolve("report.json");
    Path html = folder.resolve("report.html");

    CommandLineRun run =
        tiny.evaluate("--skip-unreadable", "--json", json, "--html", html, "--compare", other);

    assertThat(run.exitCode()).as(run.err()).isZero();
    String calibrating = tiny.image(3).getFileName().toString();
    String measuring = tiny.image(23).getFileName().toString();
    assertThat(run.err()).contains("left out 1 unreadable image(s): " + calibrating);
    assertThat(run.out())
        .contains(
            "model: left out 1 unreadable image(s): " + measuring,
            "other.onnx: left out 1 unreadable image(s): " + measuring,
            "model: left out 1 unreadable image(s) in calibration: " + calibrating);
    assertThat(Files.readString(json))
        .containsSubsequence(
            "\"skipped\": [",
            measuring,
            "\"calibrationSkipped\": [",
            calibrating,
            "\"skipped\": [",
            measuring);
    assertThat(Files.readString(html))
        .contains("Left out as unreadable", "Left out of calibration as unreadable", calibrating);
  }

  @Test
  void anImageThatMeasuresAndHasCalibratedUnderAnotherNameIsSaid() throws IOException {
    assertThat(tiny.evaluate().err()).doesNotContain("images that calibrate;");
    replace(20, 2);

    assertThat(tiny.evaluate().err())
        .contains(
            "Note: 1 images that measure have the bytes of images that calibrate; the first is "
                + tiny.image(20).getFileName()
                + ", the same as "
                + tiny.image(2).getFileName());
  }
}
