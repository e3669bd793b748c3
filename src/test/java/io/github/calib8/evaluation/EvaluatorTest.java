package io.github.calib8.evaluation;

import static io.github.calib8.evaluation.ColorModels.GREEN;
import static io.github.calib8.evaluation.ColorModels.PREPROCESSING;
import static io.github.calib8.evaluation.ColorModels.RED;
import static io.github.calib8.evaluation.ColorModels.image;
import static io.github.calib8.evaluation.ColorModels.logits;
import static io.github.calib8.evaluation.ColorModels.mixtures;
import static io.github.calib8.evaluation.ColorModels.model;
import static io.github.calib8.evaluation.ColorModels.withSoftmax;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineException;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.tensor.DirectMemory;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@ExtendWith(LeakCheck.class)
class EvaluatorTest {

  private static final OnnxModel FP32 = model("colors", 1, 1, 1);

  /** Sees green four times as strong. */
  private static final OnnxModel INT8 = model("colors", 1, 4, 1);

  private static final ImageDataset IMAGES =
      ImageDataset.of(
          List.of(
              image("red.png", RED, 0xff0000),
              image("reddish.png", RED, 0xc08000),
              image("greenish.png", GREEN, 0xc08000),
              image("green.png", GREEN, 0x00ff00),
              image("blue.png", RED, 0x0000ff)));

  private final Evaluator evaluator = Evaluator.builder().build();

  @Test
  void comparesBothModelsImageByImage() {
    AccuracyReport report = evaluator.compare(FP32, INT8, IMAGES.batches(2, PREPROCESSING));

    assertThat(report.name()).isEqualTo("colors");
    assertThat(report.images()).isEqualTo(5);
    assertThat(report.fp32().top1Correct()).isEqualTo(3);
    assertThat(report.int8().top1Correct()).isEqualTo(3);
    assertThat(report.fp32().top5()).isEqualTo(100);
    assertThat(report.onlyFp32()).isEqualTo(1);
    assertThat(report.onlyInt8()).isEqualTo(1);
    assertThat(report.agreement()).isEqualTo(60);
    assertThat(report.top1Loss()).isZero();
    assertThat(report.mcNemarP()).isEqualTo(1);
    assertThat(report.meanKl()).isPositive();
    assertThat(report.fp32().imagesPerSecond()).isPositive().isFinite();
    assertThat(report.int8().imagesPerSecond()).isPositive().isFinite();
    assertThat(report.skipped()).isEmpty();
    assertThat(report.changed())
        .extracting(ChangedImage::image, ChangedImage::fp32Class, ChangedImage::int8Class)
        .containsExactly(tuple("reddish.png", RED, GREEN), tuple("greenish.png", RED, GREEN));
  }

  /** So that methods compared on one network have the very same figures of FP32. */
  @Test
  void aModelOfSeveralPairsRunsOnce() {
    OnnxModel other = model("colors", 1, 1, 9);
    List<AccuracyReport> together =
        evaluator.compareAll(
            List.of(new ModelPair("a", FP32, INT8), new ModelPair("b", FP32, other)),
            mixtures(20).batches(7, PREPROCESSING));

    // The throughput is of one session, to the last digit.
    assertThat(together.get(0).fp32()).isEqualTo(together.get(1).fp32());
    assertThat(together)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields(
            "values.name", "values.fp32.imagesPerSecond", "values.int8.imagesPerSecond")
        .containsExactly(
            evaluator.compare(FP32, INT8, mixtures(20).batches(7, PREPROCESSING)),
            evaluator.compare(FP32, other, mixtures(20).batches(7, PREPROCESSING)));
  }

  @Test
  void aModelComparedWithItselfAgrees() {
    AccuracyReport report = evaluator.compare(FP32, FP32, mixtures(20).batches(7, PREPROCESSING));

    assertThat(report.agreement()).isEqualTo(100);
    assertThat(report.onlyFp32() + report.onlyInt8()).isZero();
    assertThat(report.meanKl()).isZero();
  }

  @Test
  void figuresDoNotDependOnBatchesMicroBatchesAndThreads() {
    AccuracyReport expected =
        evaluator.compare(FP32, INT8, mixtures(23).batches(23, PREPROCESSING));

    for (int batch : new int[] {1, 4, 23, 50}) {
      for (int microBatch : new int[] {1, 3, 100, Integer.MAX_VALUE - 1}) {
        AccuracyReport report =
            Evaluator.builder()
                .withThreads(1 + batch % 2)
                .withMicroBatch(microBatch)
                .build()
                .compare(FP32, INT8, mixtures(23).batches(batch, PREPROCESSING));
        assertThat(report.fp32().top1Correct()).isEqualTo(expected.fp32().top1Correct());
        assertThat(report.int8().top1Correct()).isEqualTo(expected.int8().top1Correct());
        assertThat(report.onlyFp32()).isEqualTo(expected.onlyFp32());
        assertThat(report.agreeing()).isEqualTo(expected.agreeing());
        assertThat(report.meanKl()).isCloseTo(expected.meanKl(), within(1e-9));
      }
    }
  }

  /** Sessions side by side on the processor stand for several GPUs. */
  @Test
  void severalDevicesShareTheBatchesAndFindTheSame() {
    AccuracyReport expected = evaluator.compare(FP32, INT8, mixtures(23).batches(2, PREPROCESSING));
    for (int devices : new int[] {2, 3}) {
      AccuracyReport report =
          Evaluator.builder()
              .withDevices(Collections.nCopies(devices, Device.cpu()))
              .build()
              .compare(FP32, INT8, mixtures(23).batches(2, PREPROCESSING));
      assertThat(report)
          .usingRecursiveComparison()
          .ignoringFieldsMatchingRegexes(".*imagesPerSecond", ".*speedupInterval.*")
          .isEqualTo(expected);
      assertThat(report.int8().imagesPerSecond()).isPositive().isFinite();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluator.builder().withDevices(List.of()))
        .withMessage("Expected 1 or more devices, found none");
  }

  /** White images in the middle of others have no entry in its table. */
  @Test
  void aDeviceThatFailsInTheMiddleIsNamed() {
    GraphBuilder graph = ColorModels.logits("table", 1, 1, 1);
    graph.initializer(Tensor.floats("table", List.of(1L), 0));
    graph.node("Cast", List.of("means"), "indices", Map.of("to", Attribute.of(7)));
    graph.node("Gather", List.of("table", "indices"), "found", Map.of());
    graph.node("Add", List.of("logits", "found"), "scores", Map.of());
    OnnxModel model =
        graph.outputs(List.of(new ValueInfo("scores", DataType.FLOAT, List.of(-1L, 3L)))).build();
    List<LabeledImage> images = new ArrayList<>(mixtures(23).images());
    images.set(10, image("white.png", RED, 0xffffff));
    images.set(11, image("whiter.png", RED, 0xffffff));
    ImageBatches batches = ImageDataset.of(images).batches(2, PREPROCESSING);

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () ->
                Evaluator.builder()
                    .withDevices(Collections.nCopies(2, Device.cpu()))
                    .build()
                    .compare(model, model, batches))
        .withMessageStartingWith("Device cpu failed: ONNX Runtime failed while running model");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> evaluator.compare(model, model, batches))
        .withMessageStartingWith("ONNX Runtime failed while running model");
  }

  private static ImageBatch tensor(float red, float green, float blue, int... labels) {
    INDArray images = Nd4j.create(new float[] {red, green, blue}).reshape(1, 3, 1, 1);
    return labels.length == 0
        ? ImageBatch.unlabeled(images.broadcast(1, 3, 2, 2))
        : ImageBatch.of(images.broadcast(1, 3, 2, 2), labels);
  }

  @Test
  void tensorsOfTheCallerAreComparedLikeImages() {
    TensorBatches tensors =
        TensorBatches.of(
            List.of(
                tensor(1, 0, 0, RED),
                tensor(192 / 255f, 128 / 255f, 0, RED),
                tensor(192 / 255f, 128 / 255f, 0.001f, GREEN),
                tensor(0, 1, 0, GREEN),
                tensor(0, 0, 1, RED)));
    AccuracyReport expected = evaluator.compare(FP32, INT8, IMAGES.batches(1, PREPROCESSING));
    AccuracyReport report = Evaluator.builder().build().compare(FP32, INT8, tensors);

    assertThat(report.images()).isEqualTo(5);
    assertThat(report.fp32().top1Correct()).isEqualTo(expected.fp32().top1Correct());
    assertThat(report.onlyFp32()).isEqualTo(expected.onlyFp32());
    assertThat(report.onlyInt8()).isEqualTo(expected.onlyInt8());
    assertThat(report.meanKl()).isCloseTo(expected.meanKl(), within(1e-3));
  }

  @Test
  void tensorsWithoutLabelsCannotBeEvaluatedOn() {
    TensorBatches tensors = TensorBatches.of(List.of(tensor(1, 0, 0)));
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> Evaluator.builder().build().compare(FP32, INT8, tensors))
        .withMessageStartingWith(
            "Expected labels from 0 to 2, the classes of 'colors', found none for image 'sha256:");
  }

  /** By content, as tensors have no other name. */
  @Test
  void tensorsThatTheModelWasCalibratedOnAreRefused() {
    TensorBatches tensors = TensorBatches.of(List.of(tensor(1, 0, 0, RED)));
    OnnxModel calibrated =
        INT8.edit().metadata(Int8Metadata.CALIBRATION_IMAGES, tensors.names().get(0)).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Evaluator.builder().build().compare(FP32, calibrated, tensors))
        .withMessageContaining("was not calibrated on, found 1 that it was");
  }

  @Test
  void severalPairsAreComparedInTheirOrder() {
    ImageBatches batches = mixtures(9).batches(4, PREPROCESSING);
    List<AccuracyReport> reports =
        evaluator.compareAll(
            List.of(new ModelPair("one", FP32, INT8), new ModelPair("two", INT8, INT8)), batches);

    assertThat(reports).extracting(AccuracyReport::name).containsExactly("one", "two");
    assertThat(reports.get(0).int8().top1()).isEqualTo(reports.get(1).fp32().top1());
    assertThat(reports.get(1).agreement()).isEqualTo(100);
    assertThat(reports.get(0).environment()).isEqualTo(reports.get(1).environment());
  }

  /** Each file goes as soon as its batch is measured: a second pass would not find it. */
  @Test
  void eachImageIsReadOnceForAllPairs(@TempDir Path folder) throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    for (LabeledImage image : mixtures(9).images()) {
      Path file = folder.resolve(image.name());
      try (InputStream bytes = image.open()) {
        Files.copy(bytes, file);
      }
      images.add(LabeledImage.of(file, image.label()));
    }
    ProgressListener deleting =
        step -> {
          Path measured = folder.resolve(step.done() - 1 + ".png");
          assertThat(step.done() == 0 || measured.toFile().delete()).isTrue();
        };

    List<AccuracyReport> reports =
        Evaluator.builder()
            .withProgress(deleting)
            .build()
            .compareAll(
                List.of(new ModelPair("one", FP32, INT8), new ModelPair("two", INT8, INT8)),
                ImageDataset.of(images).batches(1, PREPROCESSING));

    assertThat(reports).extracting(AccuracyReport::images).containsExactly(9L, 9L);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void divergenceIsTheSameWithAndWithoutASoftmaxInTheGraph() {
    ImageBatches batches = mixtures(9).batches(4, PREPROCESSING);
    double ofLogits = evaluator.compare(FP32, INT8, batches).meanKl();
    double ofProbabilities =
        evaluator
            .compare(withSoftmax(logits("p", 1, 1, 1)), withSoftmax(logits("p", 1, 4, 1)), batches)
            .meanKl();

    assertThat(ofProbabilities).isCloseTo(ofLogits, within(1e-6));
  }

  @Test
  void aModelOfAFixedBatchSizeRunsInBatchesOfThatSize() {
    OnnxModel one = ColorModels.fixedBatch("one", 1, 1, 1, 1).build();

    AccuracyReport report = evaluator.compare(one, INT8, IMAGES.batches(3, PREPROCESSING));

    assertThat(report.onlyFp32()).isEqualTo(1);
    assertThat(report.images()).isEqualTo(5);
  }

  /**
   * The last images do not fill the model's batch: they are padded, and the padding not counted.
   */
  @Test
  void aFixedBatchGivesTheFiguresOfAFreeOne() {
    ImageDataset images = mixtures(23);
    AccuracyReport free = evaluator.compare(FP32, INT8, images.batches(23, PREPROCESSING));

    for (long fixed : new long[] {1, 4, 8, 32}) {
      OnnxModel fp32 = ColorModels.fixedBatch("colors", fixed, 1, 1, 1).build();
      OnnxModel int8 = ColorModels.fixedBatch("colors", fixed, 1, 4, 1).build();
      evaluator.requireClassifier(fp32, IMAGES.batches(2, PREPROCESSING));
      for (int batch : new int[] {3, 10, 23}) {
        assertThat(evaluator.compare(fp32, int8, images.batches(batch, PREPROCESSING)))
            .as("%s, batches of %s", fixed, batch)
            .usingRecursiveComparison()
            .ignoringFieldsMatchingRegexes(
                ".*imagesPerSecond", ".*speedupInterval.*", "values[.]models.*")
            .isEqualTo(free);
      }
    }
  }

  @Test
  void aMapIsNoClassesWhetherTheGraphSaysSoOrNot() {
    for (List<Long> dims : List.of(List.of(-1L, 3L, 2L, 2L), List.<Long>of())) {
      GraphBuilder graph = ColorModels.logits("map", 1, 1, 1);
      graph.node("Relu", List.of("data"), "mask", Map.of());
      OnnxModel map = graph.outputs(List.of(new ValueInfo("mask", DataType.FLOAT, dims))).build();

      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> evaluator.requireClassifier(map, IMAGES.batches(2, PREPROCESSING)))
          .withMessageContaining("output 'mask'")
          .withMessageContaining("3, 2, 2".replace(", ", dims.isEmpty() ? ", " : ","));
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> evaluator.compare(map, map, IMAGES.batches(2, PREPROCESSING)))
          .withMessageContaining("output 'mask'");
    }
  }

  @Test
  void ofSeveralOutputsOneIsChosen() {
    OnnxModel fp32 = ofTwoOutputs(1, 1, 1);
    OnnxModel int8 = ofTwoOutputs(1, 4, 1);

    for (Runnable run :
        List.<Runnable>of(
            () -> evaluator.requireClassifier(fp32, IMAGES.batches(2, PREPROCESSING)),
            () -> evaluator.compare(fp32, int8, IMAGES.batches(2, PREPROCESSING)))) {
      assertThatExceptionOfType(OnnxException.class)
          .isThrownBy(run::run)
          .withMessageContaining("--output")
          .withMessageContaining("found 2 outputs in model 'colors': [means [N,3], logits [N,3]]");
    }
    Evaluator ofLogits = Evaluator.builder().withOutput("logits").build();
    ofLogits.requireClassifier(fp32, IMAGES.batches(2, PREPROCESSING));
    assertThat(ofLogits.compare(fp32, int8, IMAGES.batches(2, PREPROCESSING)))
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*imagesPerSecond", ".*speedupInterval.*")
        .isEqualTo(evaluator.compare(FP32, INT8, IMAGES.batches(2, PREPROCESSING)));
    // The other output is the same in both.
    AccuracyReport ofMeans =
        Evaluator.builder()
            .withOutput("means")
            .build()
            .compare(fp32, int8, IMAGES.batches(2, PREPROCESSING));
    assertThat(ofMeans.agreement()).isEqualTo(100);
    assertThatExceptionOfType(OnnxException.class)
        .isThrownBy(
            () ->
                Evaluator.builder()
                    .withOutput("x")
                    .build()
                    .requireClassifier(fp32, IMAGES.batches(2, PREPROCESSING)))
        .withMessageContaining("[means [N,3], logits [N,3]], found 'x'");
  }

  private static OnnxModel ofTwoOutputs(float... gains) {
    List<Long> dims = List.of(ValueInfo.SYMBOLIC, 3L);
    return ColorModels.logits("colors", gains)
        .outputs(
            List.of(
                new ValueInfo("means", DataType.FLOAT, dims),
                new ValueInfo("logits", DataType.FLOAT, dims)))
        .build();
  }

  /** A batch of 1 in the middle, and at the end, where the engine does not mind. */
  @Test
  void aModelOfOneImageAtATimeSaysHowToRunIt() {
    for (String reshaped : List.of("1 3", "1 -1")) {
      List<Long> shape = Arrays.stream(reshaped.split(" ")).map(Long::valueOf).toList();
      GraphBuilder graph = ColorModels.logits("alone", 1, 1, 1);
      graph.initializer(Tensor.longs("shape", List.of(2L), shape.get(0), shape.get(1)));
      graph.node("Reshape", List.of("logits", "shape"), "row", Map.of());
      OnnxModel alone =
          graph.outputs(List.of(new ValueInfo("row", DataType.FLOAT, List.of()))).build();

      assertThatThrownBy(() -> evaluator.requireClassifier(alone, IMAGES.batches(2, PREPROCESSING)))
          .hasMessageContaining("--micro-batch 1")
          .hasMessageNotContaining("\n");
      assertThatThrownBy(() -> evaluator.compare(alone, alone, IMAGES.batches(2, PREPROCESSING)))
          .hasMessageContaining("--micro-batch 1");
      Evaluator oneByOne = Evaluator.builder().withMicroBatch(1).build();
      oneByOne.requireClassifier(alone, IMAGES.batches(2, PREPROCESSING));
      assertThat(
              oneByOne.compare(alone, alone, IMAGES.batches(2, PREPROCESSING)).fp32().top1Correct())
          .isEqualTo(3);
    }
  }

  @Test
  void imagesTheScalesComeFromAreRefusedByName() {
    OnnxModel calibrated =
        INT8.edit().metadata(Int8Metadata.CALIBRATION_IMAGES, "x.png\ngreen.png\nred.png").build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.compare(FP32, calibrated, IMAGES.batches(2, PREPROCESSING)))
        .withMessageContaining("'colors' was not calibrated on, found 2 ")
        .withMessageContaining("'red.png'");
    assertThat(
            evaluator
                .compare(FP32, calibrated, IMAGES.skip(1).first(2).batches(2, PREPROCESSING))
                .images())
        .isEqualTo(2);
  }

  @Test
  void imagesTheScalesComeFromAreAllowedOnRequest() {
    OnnxModel calibrated = INT8.edit().metadata(Int8Metadata.CALIBRATION_IMAGES, "red.png").build();

    AccuracyReport report =
        Evaluator.builder()
            .withCalibrationImages(CalibrationImages.ALLOW)
            .build()
            .compare(FP32, calibrated, IMAGES.batches(2, PREPROCESSING));

    assertThat(report.images()).isEqualTo(5);
  }

  @Test
  void anOutputThatIsNotFiniteIsAnErrorThatNamesModelAndImage() {
    OnnxModel broken = model("colors", 1, Float.NaN, 1);
    OnnxModel infinite = model("colors", 1, 1, Float.NEGATIVE_INFINITY);

    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> evaluator.compare(FP32, broken, IMAGES.batches(2, PREPROCESSING)))
        .withMessage(
            "Expected finite scores from the INT8 model of 'colors', found NaN for class 1 of image"
                + " 'red.png'");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> evaluator.compare(broken, FP32, IMAGES.batches(2, PREPROCESSING)))
        .withMessageContaining("the FP32 model of 'colors'");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(
            () -> evaluator.compare(FP32, infinite, IMAGES.skip(4).batches(2, PREPROCESSING)))
        .withMessageContaining("found -Infinity for class 2 of image 'blue.png'");
  }

  @Test
  void aLabelThatIsNoClassIsAnErrorBeforeTheLongWork() {
    List<Progress> steps = new ArrayList<>();
    ImageDataset images =
        ImageDataset.of(
            List.of(image("a.png", RED, 0xff), image("b.png", 1, 0xff), image("c.png", 3, 0xff)));

    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(
            () ->
                Evaluator.builder()
                    .withProgress(steps::add)
                    .build()
                    .compare(FP32, INT8, images.batches(1, PREPROCESSING)))
        .withMessage(
            "Expected labels from 0 to 2, the classes of 'colors', found 3 for image 'c.png'");
    assertThat(steps).containsExactly(new Progress("evaluation", 0, 3));
  }

  @Test
  void modelsOfDifferentShapesAreRefused() {
    OnnxModel smaller =
        logits("small", 1, 1, 1)
            .outputs(List.of(new ValueInfo("logits", DataType.FLOAT, List.of(-1L, 4L))))
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.compare(FP32, smaller, IMAGES.batches(2, PREPROCESSING)))
        .withMessageContaining("Expected FP32 and INT8 models of one output shape for 'colors'")
        .withMessageContaining("[N,3]")
        .withMessageContaining("[N,4]");
  }

  @Test
  void anUnreadableImageIsAnErrorOrSkippedAndCounted() {
    ImageDataset images =
        ImageDataset.of(
            List.of(
                image("a.png", RED, 0xff0000),
                ColorModels.unreadable("broken.png"),
                image("b.png", RED, 0xff0000)));

    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> evaluator.compare(FP32, INT8, images.batches(2, PREPROCESSING)))
        .withMessageContaining("broken.png");

    List<Progress> steps = new ArrayList<>();
    AccuracyReport report =
        Evaluator.builder()
            .withUnreadableImages(UnreadableImages.SKIP)
            .withProgress(steps::add)
            .build()
            .compare(FP32, INT8, images.batches(1, PREPROCESSING));
    assertThat(report.images()).isEqualTo(2);
    assertThat(report.skipped()).containsExactly("broken.png");
    assertThat(steps)
        .containsExactly(
            new Progress("evaluation", 0, 3),
            new Progress("evaluation", 1, 3),
            new Progress("evaluation", 3, 3));
  }

  @Test
  void nothingToCompareIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.compare(FP32, INT8, IMAGES.batches(2, PREPROCESSING).skip(9)))
        .withMessage("Expected at least one pair of models and one image, found 1 and 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluator.compareAll(List.of(), IMAGES.batches(2, PREPROCESSING)));
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(
            () ->
                Evaluator.builder()
                    .withUnreadableImages(UnreadableImages.SKIP)
                    .build()
                    .compare(
                        FP32,
                        INT8,
                        ImageDataset.of(List.of(ColorModels.unreadable("x.png")))
                            .batches(1, PREPROCESSING)))
        .withMessage("Expected at least one readable image, found none among 1");
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    Evaluator.Builder builder = Evaluator.builder();

    assertThatIllegalArgumentException().isThrownBy(() -> builder.withThreads(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.withMicroBatch(0))
        .withMessage("Expected 1 or more images in a micro-batch, found 0");
  }

  @Test
  void memoryOutsideTheHeapIsGivenBackAtOnce() {
    ImageBatches batches = mixtures(23).batches(4, PREPROCESSING);
    OnnxModel fixed = ColorModels.fixedBatch("colors", 3, 1, 1, 1).build();
    evaluator.compare(fixed, fixed, batches);
    long before = DirectMemory.used();
    evaluator.compare(fixed, fixed, batches);
    assertThat(DirectMemory.used()).isLessThanOrEqualTo(before);
  }
}
