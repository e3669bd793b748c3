package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.image.Channels;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A preprocessing that differs from what a model names is said. */
class NamedPreprocessingTest {
  private static final Preprocessing USED = ColorModels.PREPROCESSING;
  private static final Preprocessing OTHER = USED.toBuilder().withChannels(Channels.BGR).build();

  private final List<String> warnings = new ArrayList<>();
  private final ProgressListener listener =
      new ProgressListener() {
        @Override
        public void progress(Progress progress) {}

        @Override
        public void warning(String warning) {
          warnings.add(warning);
        }
      };

  private static OnnxModel naming(String name, String key, String value) {
    return ColorModels.logits(name, 1, 1, 1).metadata(key, value).build();
  }

  private static ImageBatches images() {
    return ImageDataset.of(
            List.of(
                ColorModels.image("red", ColorModels.RED, 0xff0000),
                ColorModels.image("blue", ColorModels.BLUE, 0xff)))
        .batches(2, USED);
  }

  private void evaluate(OnnxModel fp32, OnnxModel int8) {
    Evaluator.builder().withProgress(listener).build().compare(fp32, int8, images());
  }

  @Test
  void anotherThanTheModelsOwnIsSaidByEvaluatorAndCalibrator() {
    OnnxModel model = naming("fp32", Preprocessing.METADATA, OTHER.id());

    evaluate(model, ColorModels.model("int8", 1, 1, 1));
    Calibrator.builder(model).withProgress(listener).build().collect(images());

    assertThat(warnings)
        .containsExactly(
            "Expected the preprocessing that model 'fp32' names, " + OTHER + ", found " + USED,
            "Expected the preprocessing that model 'fp32' names, " + OTHER + ", found " + USED);
  }

  @Test
  void anotherThanThatOfTheCalibrationIsSaid() {
    evaluate(
        ColorModels.model("fp32", 1, 1, 1),
        naming("int8", Int8Metadata.CALIBRATION_PREPROCESSING, OTHER.id()));

    assertThat(warnings)
        .containsExactly(
            "Expected the preprocessing that the calibration of 'int8' names, "
                + OTHER
                + ", found "
                + USED);
  }

  @Test
  void theSameIsFineAndSoIsWhatNobodyKnows() {
    evaluate(
        naming("fp32", Preprocessing.METADATA, USED.id()),
        naming("int8", Int8Metadata.CALIBRATION_PREPROCESSING, "unknown"));

    assertThat(warnings).isEmpty();
  }
}
