package io.github.calib8.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a model is stored must not show in its scales, nor in what they cost. */
class TwinModelsTest {
  private static final ImageDataset IMAGES = SmallNetwork.images(60);

  /** Of a size at which the classes' scores differ by little. */
  private static final Preprocessing PREPROCESSING =
      SmallNetwork.preprocessing().toBuilder().withDivisor(255).withMean(0.5f, 0.5f, 0.5f).build();

  private static final OnnxModel PLAIN = TwinModels.plain();
  private static final CalibrationTable TABLE = table(PLAIN);
  private static final AccuracyReport REPORT = report(PLAIN, TABLE);

  @TempDir static Path folder;

  static Stream<Arguments> twins() throws IOException {
    return Stream.of(
        Arguments.of("external data", TwinModels.withExternalData(folder)),
        Arguments.of("computed weights", TwinModels.withComputedWeights()),
        Arguments.of("float16 storage", TwinModels.withHalfPrecisionStorage()),
        Arguments.of("opset 11", TwinModels.ofOpset(11)),
        Arguments.of("opset 17", TwinModels.ofOpset(17)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("twins")
  void aTwinHasTheSameTableAndAccuracy(String form, OnnxModel twin) {
    CalibrationTable table = table(twin);

    assertThat(table.tensors()).as(form).isEqualTo(TABLE.tensors());
    assertThat(report(twin, table))
        .as(form)
        .usingRecursiveComparison()
        .ignoringFields(
            "values.fp32.imagesPerSecond",
            "values.int8.imagesPerSecond",
            "values.speedupInterval",
            "values.models")
        .isEqualTo(REPORT);
  }

  /** The comparison must see a model that is not the same. */
  @Test
  void anotherModelHasAnotherTable() {
    CalibrationTable other = table(SmallNetwork.model());

    assertThat(other.tensors()).isNotEqualTo(TABLE.tensors());
    assertThat(REPORT.meanKl()).isPositive();
  }

  private static CalibrationTable table(OnnxModel model) {
    return Calibrator.builder(model).build().calibrate(IMAGES.batches(25, PREPROCESSING).first(1));
  }

  private static AccuracyReport report(OnnxModel model, CalibrationTable table) {
    return Evaluator.builder()
        .build()
        .compare(
            model,
            Quantizer.forCpu().quantize(model, table),
            IMAGES.batches(25, PREPROCESSING).skip(1));
  }
}
