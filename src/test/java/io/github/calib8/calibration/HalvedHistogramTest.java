package io.github.calib8.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.histogram.TensorStatistics;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.TensorCalibration;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two halves of the calibration images. */
class HalvedHistogramTest {
  private static final OnnxModel MODEL = SmallNetwork.model();
  private static final ImageDataset IMAGES = SmallNetwork.images(40);
  private static final CalibrationStatistics WHOLE = collect(IMAGES);

  private static CalibrationStatistics collect(ImageDataset images) {
    return Calibrator.builder(MODEL)
        .build()
        .collect(images.batches(7, SmallNetwork.preprocessing()));
  }

  private static ImageDataset half(boolean second) {
    return ImageDataset.of(
        IMAGES.images().stream()
            .filter(image -> ImageRun.isInSecondHalf(image.name()) == second)
            .toList());
  }

  /** By Python: {@code hashlib.sha256(name.encode()).digest()[-1] & 1}. */
  @ParameterizedTest
  @CsvSource({
    "ILSVRC2012_val_00000001.JPEG, 0",
    "ILSVRC2012_val_00000002.JPEG, 1",
    "ILSVRC2012_val_00000003.JPEG, 0",
    "ü.png, 1",
    "i00.png, 0",
    "i01.png, 0"
  })
  void theNameAloneDecides(String name, int half) {
    assertThat(ImageRun.isInSecondHalf(name)).isEqualTo(half == 1);
  }

  @Test
  void runsCoverAMicroBatchOnce() {
    List<String> names = IMAGES.images().stream().map(image -> image.name()).toList();
    List<ImageRun> runs = ImageRun.of(names, names.size());
    List<String> covered = new ArrayList<>();
    for (ImageRun run : runs) {
      assertThat(names.subList(run.from(), run.to()))
          .isNotEmpty()
          .allMatch(name -> ImageRun.isInSecondHalf(name) == run.inSecondHalf());
      covered.addAll(names.subList(run.from(), run.to()));
    }
    assertThat(covered).containsExactlyInAnyOrderElementsOf(names);
    assertThat(runs)
        .hasSizeBetween(2, names.size() - 1)
        .extracting(ImageRun::inSecondHalf)
        .isSorted();
  }

  @Test
  void aRunTakesItsImagesValues() {
    FloatBuffer values = FloatBuffer.wrap(new float[] {9, 9, 1, 2, 3, 4, 5, 6, 7, 8}).position(2);
    FloatBuffer part = new ImageRun(true, 1, 3, 4).of(values);
    assertThat(part).isEqualTo(FloatBuffer.wrap(new float[] {3, 4, 5, 6}));
    assertThat(values.position()).isEqualTo(2);
  }

  @Test
  void eachHalfHoldsItsImagesAndNoOthers() {
    CalibrationStatistics first = collect(half(false));
    CalibrationStatistics second = collect(half(true));
    assertThat(first.images()).hasSizeBetween(10, 30);
    for (String tensor : WHOLE.tensors()) {
      TensorStatistics halves = WHOLE.tensorStatistics().get(tensor);
      assertThat(halves.half(false))
          .as(tensor)
          .isEqualTo(first.tensorStatistics().get(tensor).whole());
      assertThat(halves.half(true))
          .as(tensor)
          .isEqualTo(second.tensorStatistics().get(tensor).whole());
    }
    assertThat(first.merge(second)).isEqualTo(WHOLE);
  }

  @Test
  void aTableTellsHowFarTheHalvesDiffer() {
    CalibrationMethod method = CalibrationMethod.meanSquaredError();
    CalibrationTable first = collect(half(false)).toTable(method);
    CalibrationTable second = collect(half(true)).toTable(method);
    CalibrationTable table = WHOLE.toTable(method);
    for (TensorCalibration entry : table.tensors()) {
      double difference =
          Math.abs(first.get(entry.tensor()).threshold() - second.get(entry.tensor()).threshold());
      assertThat(entry.halfSetDifference()).hasValue(difference / entry.threshold());
    }
    assertThat(table.tensors()).anyMatch(entry -> entry.halfSetDifference().getAsDouble() > 0);
    assertThat(first.tensors()).allMatch(entry -> entry.halfSetDifference().isEmpty());
  }

  /** The mean of 8 channels over 40 images is too little for the entropy method. */
  @Test
  void aDegenerateHalfIsComparedWithNothingButItsLike() {
    CalibrationTable whole = WHOLE.toTable(CalibrationMethod.entropy());
    assertThat(whole.get("mean").degenerate()).isPresent();
    assertThat(whole.get("mean").halfSetDifference()).isPresent();
    // 12 x 12 x 3 values an image: enough of them in 12 images, too few in each half of these.
    CalibrationTable few = collect(IMAGES.first(12)).toTable(CalibrationMethod.entropy());
    assertThat(few.get("data").degenerate()).isEmpty();
    assertThat(few.get("data").halfSetDifference()).isEmpty();
  }

  @Test
  void imagesThatAnOperatorMixesHaveNoHalves() {
    OnnxModel mixing = mixing();
    assertThat(DividedTensors.of(mixing)).contains("data", "c1", "mean", "flat", "logits");
    assertThat(DividedTensors.of(mixing)).doesNotContain("turned", "positive", "product", "c1_w");
    CalibrationTable table = mixed(mixing, 20);
    assertThat(table.get("data").halfSetDifference()).isPresent();
    assertThat(table.get("positive").halfSetDifference()).isEmpty();
    assertThat(table.get("positive").count()).isEqualTo(40 * 4);
    assertThat(mixed(mixing, 3).toJson()).isEqualTo(table.toJson());
  }

  private static CalibrationTable mixed(OnnxModel model, int microBatch) {
    return Calibrator.builder(model)
        .withMethod(CalibrationMethod.maxAbs())
        .withMicroBatch(microBatch)
        .build()
        .calibrate(IMAGES.batches(20, SmallNetwork.preprocessing()));
  }

  /** Turns [N, 4] into [4, N], as attention may. */
  private static OnnxModel mixing() {
    GraphBuilder graph = GraphBuilder.create("mixing");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 12L, 12L)));
    graph.initializer(
        Tensor.floats("c1_w", List.of(4L, 3L, 1L, 1L), 1, 2, 3, -1, 2, 1, 2, -3, 1, 1, 1, 1));
    graph.initializer(Tensor.floats("left", List.of(2L, 4L), 1, 2, 3, 4, -1, -2, 3, -4));
    graph.node("Conv", List.of("data", "c1_w"), "c1", Map.of());
    graph.node("GlobalAveragePool", List.of("c1"), "mean", Map.of());
    graph.node("Flatten", List.of("mean"), "flat", Map.of());
    graph.node("Transpose", List.of("flat"), "turned", Map.of("perm", Attribute.ints(1, 0)));
    graph.node("Relu", List.of("turned"), "positive", Map.of());
    graph.node("MatMul", List.of("left", "positive"), "product", Map.of());
    graph.node("Identity", List.of("flat"), "logits", Map.of());
    graph.outputs(
        List.of(
            new ValueInfo("product", DataType.FLOAT, List.of()),
            new ValueInfo("logits", DataType.FLOAT, List.of())));
    return graph.build();
  }
}
