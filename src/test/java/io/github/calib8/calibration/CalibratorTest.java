package io.github.calib8.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.histogram.Histogram;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

@ExtendWith(LeakCheck.class)
class CalibratorTest {
  private static final OnnxModel MODEL = SmallNetwork.model();
  private static final ImageDataset IMAGES = SmallNetwork.images(40);
  private static final CalibrationTable TABLE =
      calibrator(MODEL).build().calibrate(IMAGES.batches(25, SmallNetwork.preprocessing()));

  @ParameterizedTest
  @CsvSource({
    "1, 25, 25, 0", "2, 25, 25, 0", "1, 25, 5, 0", "2, 25, 5, 0", "1, 25, 1, 0", "2, 25, 1, 0",
    "3, 25, 4, 0", "1, 7, 3, 0", "2, 40, 13, 0", "2, 1, 1, 0", "2, 25, 5, 1", "1, 7, 25, 2",
    "2, 25, 2147483647, 0", "1, 7, 2147483640, 1"
  })
  void theTableDoesNotDependOnThreadsBatchesOrOrder(
      int threads, int batchSize, int microBatch, long shuffle) {
    ImageDataset ordered = shuffle == 0 ? IMAGES : IMAGES.shuffled(shuffle);
    CalibrationTable table =
        calibrator(MODEL)
            .withThreads(threads)
            .withMicroBatch(microBatch)
            .build()
            .calibrate(ordered.batches(batchSize, SmallNetwork.preprocessing()));
    assertThat(table.toJson()).isEqualTo(TABLE.toJson());
  }

  @Test
  void everyValueOfEveryTensorIsCountedOnce() {
    CalibrationStatistics statistics =
        calibrator(MODEL).build().collect(IMAGES.batches(25, SmallNetwork.preprocessing()));
    assertThat(statistics.tensors())
        .containsExactly("data", "r1", "n1", "c2", "r2", "r3", "c4", "both", "mean");
    for (String tensor : statistics.tensors()) {
      assertThat(statistics.tensorStatistics().get(tensor).whole())
          .as(tensor)
          .isEqualTo(oneByOne(tensor));
    }
  }

  /** Through plain inference, without any of what makes calibration fast. */
  private static Histogram oneByOne(String tensor) {
    GraphBuilder graph = MODEL.edit();
    graph.node("Mul", List.of(tensor, "one"), "observed", Map.of());
    graph.initializer(Tensor.floats("one", List.of(), 1));
    graph.outputs(List.of(new ValueInfo("observed", DataType.FLOAT, List.of())));
    Histogram histogram = new Histogram();
    try (InferenceSession session =
            InferenceSession.open(graph.build(), EngineOptions.defaults().withThreads(1));
        BatchLoader loader = IMAGES.batches(1, SmallNetwork.preprocessing()).load()) {
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next()) {
          INDArray output = session.run(batch.images());
          histogram.add(output.data().asNioFloat());
        }
      }
    }
    return histogram;
  }

  @Test
  void signedTensorsBecomeInt8AndOthersUint8() {
    for (TensorCalibration entry : TABLE.tensors()) {
      boolean signed = entry.negatives() > 0;
      assertThat(entry.parameters().type())
          .isEqualTo(signed ? IntegerType.INT8 : IntegerType.UINT8);
      assertThat(entry.parameters().scale())
          .isEqualTo((float) (entry.threshold() / (signed ? 127 : 255)));
      assertThat(entry.parameters().zeroPoint()).isZero();
      assertThat(entry.min() < 0).isEqualTo(signed);
    }
    assertThat(TABLE.get("data").parameters().type()).isEqualTo(IntegerType.INT8);
    assertThat(TABLE.get("r1").parameters().type()).isEqualTo(IntegerType.UINT8);
    assertThat(TABLE.get("c2").parameters().type()).isEqualTo(IntegerType.INT8);
  }

  @Test
  void theProvenanceSaysWhereTheTableComesFrom() {
    CalibrationTable table =
        calibrator(MODEL)
            .withMethod(CalibrationMethod.maxAbs())
            .build()
            .calibrate(IMAGES.batches(25, SmallNetwork.preprocessing()).first(1));
    assertThat(table.provenance().model()).isEqualTo("small");
    assertThat(table.provenance().modelSha256()).isEqualTo(MODEL.sha256());
    assertThat(table.provenance().method()).isEqualTo("max-abs");
    assertThat(table.provenance().preprocessing()).isEqualTo(SmallNetwork.preprocessing().id());
    assertThat(table.provenance().engine()).startsWith("ONNX Runtime ");
    assertThat(table.provenance().images()).hasSize(25).startsWith("i00.png", "i01.png");
  }

  @Test
  void maxAbsIsTheLargestMagnitude() {
    CalibrationTable table =
        calibrator(MODEL)
            .withMethod(CalibrationMethod.maxAbs())
            .build()
            .calibrate(IMAGES.batches(25, SmallNetwork.preprocessing()));
    for (TensorCalibration entry : table.tensors()) {
      assertThat(entry.threshold()).isEqualTo(Math.max(-entry.min(), entry.max()));
      assertThat(entry.clippedFraction()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "5, 10", "8, 10", "4, 3", "64, 25"})
  void aModelOfAFixedBatchKeepsToItAndCountsNoPadding(long batch, int batchSize) {
    List<TensorCalibration> fixed =
        calibrator(SmallNetwork.model(batch))
            .build()
            .calibrate(IMAGES.batches(batchSize, SmallNetwork.preprocessing()))
            .tensors();
    assertThat(fixed).isEqualTo(TABLE.tensors());
  }

  /** Behind a transposition that moves the images inwards, padding is everywhere. */
  @Test
  void aFixedBatchIsNotPaddedWhereATensorMixesImages() {
    GraphBuilder graph = GraphBuilder.create("mixing");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(4L, 3L, 12L, 12L)));
    graph.initializer(Tensor.floats("w", List.of(3L, 1L), 1, 2, 3));
    graph.node("Transpose", List.of("data"), "inwards", Map.of("perm", Attribute.ints(2, 3, 0, 1)));
    graph.node("Relu", List.of("inwards"), "positive", Map.of());
    graph.node("MatMul", List.of("positive", "w"), "out", Map.of());
    OnnxModel model = graph.output(new ValueInfo("out", DataType.FLOAT, List.of())).build();
    Calibrator calibrator = calibrator(model).build();

    assertThat(
            calibrator
                .calibrate(IMAGES.batches(20, SmallNetwork.preprocessing()))
                .get("positive")
                .count())
        .isEqualTo(40 * 3 * 12 * 12);
    for (ImageBatches batches :
        List.of(
            IMAGES.batches(10, SmallNetwork.preprocessing()),
            IMAGES.first(38).batches(20, SmallNetwork.preprocessing()),
            IMAGES.first(3).batches(4, SmallNetwork.preprocessing()))) {
      List<Progress> seen = new ArrayList<>();
      assertThatThrownBy(() -> calibrator(model).withProgress(seen::add).build().calibrate(batches))
          .isInstanceOf(CalibrationException.class)
          .hasMessageContaining("a multiple of 4")
          .hasMessageContaining("tensor 'positive' mixes them");
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void aModelOfOneImageAtATimeSaysHowToRunIt() {
    GraphBuilder graph = GraphBuilder.create("alone");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 12L, 12L)));
    graph.initializer(Tensor.longs("shape", List.of(2L), 1, 3 * 12 * 12));
    graph.node("Reshape", List.of("data", "shape"), "row", Map.of());
    graph.node("Relu", List.of("row"), "positive", Map.of());
    graph.initializer(Tensor.floats("w", List.of(3L * 12 * 12, 1L), new float[3 * 12 * 12]));
    graph.node("MatMul", List.of("positive", "w"), "out", Map.of());
    OnnxModel model = graph.output(new ValueInfo("out", DataType.FLOAT, List.of())).build();

    assertThatThrownBy(
            () ->
                calibrator(model)
                    .build()
                    .calibrate(IMAGES.batches(10, SmallNetwork.preprocessing())))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("--micro-batch 1");
    CalibrationTable table =
        calibrator(model)
            .withMicroBatch(1)
            .build()
            .calibrate(IMAGES.batches(10, SmallNetwork.preprocessing()));
    assertThat(table.get("positive").count()).isEqualTo(40 * 3 * 12 * 12);
  }

  @Test
  void aModelWhoseInputIsAllThereIsToSee() {
    GraphBuilder graph = GraphBuilder.create("one");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 12L, 12L)));
    graph.initializer(Tensor.floats("w", List.of(1L, 3L, 1L, 1L), 1, 2, 3));
    graph.node("Conv", List.of("data", "w"), "out", Map.of());
    graph.output(new ValueInfo("out", DataType.FLOAT, List.of()));
    CalibrationTable table =
        calibrator(graph.build())
            .build()
            .calibrate(IMAGES.batches(25, SmallNetwork.preprocessing()));
    assertThat(table.tensors()).extracting(TensorCalibration::tensor).containsExactly("data");
    assertThat(table.get("data").count()).isEqualTo(40 * 3 * 12 * 12);
  }

  @Test
  void progressGoesFromTheFirstImageToTheLast() {
    List<Progress> seen = new ArrayList<>();
    calibrator(MODEL)
        .withMicroBatch(3)
        .withProgress(seen::add)
        .build()
        .collect(IMAGES.batches(8, SmallNetwork.preprocessing()));
    assertThat(seen).extracting(Progress::done).isSorted().startsWith(0L).endsWith(40L);
    assertThat(seen).hasSize(16).allMatch(p -> p.total() == 40 && p.phase().equals("calibration"));
  }

  @Test
  void aValueThatDecidesARangeAloneIsSaid() {
    int size = SmallNetwork.SIZE;
    float[] values = new float[2 * 3 * size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 7919 % 101 - 50;
    }
    assertThat(warnings(values)).isEmpty();

    values[99] = 1e6f;

    assertThat(warnings(values))
        .first()
        .asString()
        .startsWith("tensor 'data' reaches 1.000e+06, where nearly all of its values stay below ");
  }

  private static List<String> warnings(float[] values) {
    List<String> warnings = new ArrayList<>();
    int size = SmallNetwork.SIZE;
    ImageBatch batch =
        ImageBatch.of(
            FloatTensor.of(values, 2, 3, size, size), new int[2], List.of("first", "second"));
    calibrator(MODEL)
        .withProgress(
            new ProgressListener() {
              @Override
              public void progress(Progress progress) {}

              @Override
              public void warning(String warning) {
                warnings.add(warning);
              }
            })
        .build()
        .collect(TensorBatches.of(List.of(batch)));
    return warnings;
  }

  @Test
  void unreadableImagesAreAnErrorOrLeftOut() {
    List<LabeledImage> images = new ArrayList<>(IMAGES.images());
    images.add(9, LabeledImage.of("text.png", 0, "no image".getBytes(StandardCharsets.US_ASCII)));
    ImageBatches batches = ImageDataset.of(images).batches(25, SmallNetwork.preprocessing());
    assertThatThrownBy(() -> calibrator(MODEL).build().calibrate(batches))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("text.png");
    CalibrationTable table =
        calibrator(MODEL).withUnreadableImages(UnreadableImages.SKIP).build().calibrate(batches);
    assertThat(table).isEqualTo(TABLE);
  }

  @Test
  void nothingButUnreadableImagesIsRefused() {
    LabeledImage text = LabeledImage.of("text.png", 0, new byte[] {1, 2, 3});
    Calibrator calibrator = calibrator(MODEL).withUnreadableImages(UnreadableImages.SKIP).build();
    ImageBatches batches = ImageDataset.of(List.of(text)).batches(25, SmallNetwork.preprocessing());
    assertThatThrownBy(() -> calibrator.calibrate(batches))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected 1 or more readable calibration images, found none: skipped [text.png]");
  }

  @Test
  void noImagesAreRefused() {
    Calibrator calibrator = calibrator(MODEL).build();
    assertThatThrownBy(
            () -> calibrator.calibrate(IMAGES.batches(25, SmallNetwork.preprocessing()).skip(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected 1 or more calibration images, found none");
  }

  @Test
  void twoInputsAreRefused() {
    GraphBuilder graph = MODEL.edit();
    graph.input(new ValueInfo("more", DataType.FLOAT, List.of(-1L, 3L, 12L, 12L)));
    OnnxModel two = graph.build();
    assertThatThrownBy(() -> calibrator(two).build())
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Expected one input in model 'small', found 2");
  }

  @Test
  void preprocessingToAnotherSizeIsRefused() {
    assertThatThrownBy(
            () ->
                calibrator(MODEL)
                    .build()
                    .calibrate(IMAGES.batches(25, SmallNetwork.preprocessing().withCrop(8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("size of input data [N,3,12,12], found [3,8,8]");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void weightsThatAreNotFiniteAreRefused(float value) {
    float[] weights = MODEL.initializers().get("c3_w").toFloats();
    weights[17] = value;
    GraphBuilder graph = MODEL.edit();
    graph.initializer(Tensor.floats("c3_w", List.of(4L, 8L, 3L, 3L), weights));
    OnnxModel spoiled = graph.build();
    assertThatThrownBy(() -> calibrator(spoiled).build())
        .isInstanceOf(CalibrationException.class)
        .hasMessage(
            "Expected finite weights in initializer 'c3_w' of model 'small', found "
                + value
                + " at element 17");
  }

  @Test
  void activationsThatAreNotFiniteNameTheirTensor() {
    GraphBuilder graph = GraphBuilder.create("root");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 12L, 12L)));
    graph.initializer(Tensor.floats("w", List.of(1L, 3L, 1L, 1L), 1, 2, 3));
    graph.node("Sqrt", List.of("data"), "root", Map.of());
    graph.node("Conv", List.of("root", "w"), "out", Map.of());
    graph.output(new ValueInfo("out", DataType.FLOAT, List.of()));
    Calibrator calibrator = calibrator(graph.build()).build();
    assertThatThrownBy(
            () -> calibrator.calibrate(IMAGES.first(2).batches(25, SmallNetwork.preprocessing())))
        .isInstanceOf(CalibrationException.class)
        .hasMessageContaining("finite activations in tensor 'root' of model 'root', found ")
        .hasMessageContaining("i00.png");
  }

  @Test
  void anUnknownOperatorNamesTheModel() {
    GraphBuilder graph = MODEL.edit();
    graph.node("Frobnicate", List.of("r1"), "strange", Map.of());
    graph.node("Conv", List.of("strange", "c3_w"), "out", Map.of());
    graph.outputs(List.of(new ValueInfo("out", DataType.FLOAT, List.of())));
    Calibrator calibrator = calibrator(graph.build()).build();
    assertThatThrownBy(() -> calibrator.calibrate(IMAGES.batches(25, SmallNetwork.preprocessing())))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("model 'small'")
        .hasMessageContaining("Frobnicate");
  }

  @Test
  void nothingToQuantizeIsRefused() {
    GraphBuilder graph = GraphBuilder.create("plain");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 12L, 12L)));
    graph.node("Relu", List.of("data"), "out", Map.of());
    graph.output(new ValueInfo("out", DataType.FLOAT, List.of()));
    OnnxModel plain = graph.build();
    assertThatThrownBy(() -> calibrator(plain).build())
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("in model 'plain', found none");
  }

  @Test
  void countsBelowOneAreRefused() {
    assertThatThrownBy(() -> calibrator(MODEL).withThreads(0))
        .hasMessage("Expected 1 or more threads, found 0");
    assertThatThrownBy(() -> calibrator(MODEL).withMicroBatch(-1))
        .hasMessage("Expected 1 or more images in a micro-batch, found -1");
  }

  @Test
  void aListenerThatThrowsEndsTheRun() {
    Calibrator calibrator =
        calibrator(MODEL)
            .withProgress(
                progress -> {
                  throw new IllegalStateException("enough");
                })
            .build();
    assertThatThrownBy(() -> calibrator.calibrate(IMAGES.batches(5, SmallNetwork.preprocessing())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("enough");
    assertThat(Stream.of(Thread.getAllStackTraces().keySet().toArray(new Thread[0])))
        .noneMatch(thread -> thread.getName().startsWith("calib8-calibration"));
  }

  @Test
  void anInterruptCancelsTheRun() {
    List<Progress> seen = new ArrayList<>();
    Calibrator calibrator =
        calibrator(MODEL)
            .withProgress(
                progress -> {
                  seen.add(progress);
                  if (progress.done() > 0) {
                    Thread.currentThread().interrupt();
                  }
                })
            .build();

    assertThatThrownBy(() -> calibrator.calibrate(IMAGES.batches(2, SmallNetwork.preprocessing())))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(seen).hasSizeLessThan(5);
    assertThat(Stream.of(Thread.getAllStackTraces().keySet().toArray(new Thread[0])))
        .noneMatch(thread -> thread.getName().startsWith("calib8-"));
  }

  private static Calibrator.Builder calibrator(OnnxModel model) {
    return Calibrator.builder(model);
  }
}
