package io.github.calib8.evaluation;

import static io.github.calib8.evaluation.ColorModels.PREPROCESSING;
import static io.github.calib8.evaluation.ColorModels.mixtures;
import static io.github.calib8.evaluation.ColorModels.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.PairStatistics.ModelCounts;
import io.github.calib8.fuzz.Fuzzing;
import io.github.calib8.fuzz.Sealed;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.report.AccuracyMarkdown;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationStatisticsTest {

  private static final List<ModelPair> PAIRS =
      List.of(new ModelPair("colors", model("colors", 1, 1, 1), model("colors", 1, 4, 1)));
  private static final ImageBatches BATCHES = mixtures(23).batches(3, PREPROCESSING);
  private static final EvaluationStatistics WHOLE = collect(BATCHES);

  @TempDir Path folder;

  private static EvaluationStatistics collect(ImageBatches batches) {
    return Evaluator.builder()
        .withUnreadableImages(UnreadableImages.SKIP)
        .build()
        .collect(PAIRS, batches);
  }

  @Test
  void damagedEvaluationsAreReadOrRefused() {
    Fuzzing.check(
        List.of(WHOLE.toBytes()),
        file -> EvaluationStatistics.fromBytes(Sealed.again(file)).toBytes(),
        EvaluationException.class);
  }

  @Test
  void savedPartsMergedInOrderAreTheWhole() throws IOException {
    Path file = folder.resolve("part");
    for (int batches = 1; batches < 8; batches++) {
      collect(BATCHES.first(batches)).write(file);
      EvaluationStatistics merged =
          EvaluationStatistics.read(file).merge(collect(BATCHES.skip(batches)));

      assertThat(merged.images()).isEqualTo(WHOLE.images());
      assertThat(merged.reports())
          .usingRecursiveComparison()
          .ignoringFieldsMatchingRegexes(".*imagesPerSecond", ".*speedupInterval.*")
          .isEqualTo(WHOLE.reports());
    }
  }

  @Test
  void partsSentAsBytesMergedInOrderAreTheWhole() {
    for (int batches = 1; batches < 8; batches++) {
      EvaluationStatistics first = collect(BATCHES.first(batches));
      EvaluationStatistics sent = EvaluationStatistics.fromBytes(first.toBytes());
      assertThat(sent).isEqualTo(first);
      assertThat(sent.toBytes()).isEqualTo(first.toBytes());
      EvaluationStatistics merged = sent.merge(collect(BATCHES.skip(batches)));

      assertThat(merged.images()).isEqualTo(WHOLE.images());
      assertThat(merged.reports())
          .usingRecursiveComparison()
          .ignoringFieldsMatchingRegexes(".*imagesPerSecond", ".*speedupInterval.*")
          .isEqualTo(WHOLE.reports());
    }
  }

  @Test
  void bytesOfSomethingElseAreRefused() {
    byte[] bytes = WHOLE.toBytes();
    Random random = new Random(35);
    for (int round = 0; round < 200; round++) {
      int length = random.nextInt(bytes.length);
      assertThatThrownBy(() -> EvaluationStatistics.fromBytes(Arrays.copyOf(bytes, length)))
          .isInstanceOf(EvaluationException.class)
          .hasMessageStartingWith(length + " bytes, near byte ");
      byte[] changed = bytes.clone();
      changed[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      assertThatThrownBy(() -> EvaluationStatistics.fromBytes(changed))
          .isInstanceOf(EvaluationException.class);
    }
  }

  @Test
  void theOrderOfPartsDecidesTheOrderOfImagesAlone() {
    EvaluationStatistics first = collect(BATCHES.first(2));
    EvaluationStatistics second = collect(BATCHES.skip(2));

    EvaluationStatistics turned = second.merge(first);

    assertThat(turned.images()).hasSize(23).startsWith("6.png").endsWith("5.png");
    assertThat(turned.pairs())
        .usingRecursiveComparison()
        .ignoringFields("fp32.seconds", "int8.seconds", "speed", "changed")
        .isEqualTo(WHOLE.pairs());
  }

  @Test
  void theThroughputIsThatOfAllPartsTogether() {
    PairIdentity pair =
        new PairIdentity(
            "net", Optional.empty(), "fp32", "int8", false, List.of(), Optional.empty());
    PairStatistics slow = counted(pair, 100, 4);
    PairStatistics fast = counted(pair, 300, 1);

    AccuracyReport report = slow.plus(fast).report(List.of(), WHOLE.reports().get(0).environment());

    assertThat(report.images()).isEqualTo(400);
    assertThat(report.fp32().imagesPerSecond()).isCloseTo(80, within(1e-9));
    assertThat(report.int8().imagesPerSecond()).isCloseTo(160, within(1e-9));
  }

  private static PairStatistics counted(PairIdentity pair, long images, double seconds) {
    return new PairStatistics(
        pair,
        3,
        images,
        new ModelCounts(1, 1, seconds),
        new ModelCounts(1, 1, seconds / 2),
        0,
        0,
        images,
        BigDecimal.ONE,
        List.of(),
        SpeedSums.NONE,
        0);
  }

  @Test
  void fullWeightsAreNotedOnAProcessorThatSaturates() throws IOException {
    EvaluationStatistics statistics =
        new EvaluationStatistics(
            WHOLE.source(),
            WHOLE.seen(),
            List.of(),
            List.of(counted(identity("full", "cpu", Device.cpu()), 23, 1)));
    Path file = folder.resolve("full");
    statistics.write(file);
    PairStatistics read = EvaluationStatistics.read(file).pairs().get(0);

    AccuracyReport saturating = read.report(List.of(), on(InstructionSet.AVX2));

    assertThat(AccuracyMarkdown.toMarkdown(saturating))
        .contains(
            "\nnet: the INT8 weights have their full range, and so 8-bit products may saturate on"
                + " this processor (AVX2), which costs accuracy: quantize for it.\n");
    assertThat(read.report(List.of(), on(InstructionSet.AVX512_VNNI)).notes()).isEmpty();
  }

  @Test
  void onlyFullWeightsThatTheProcessorMultipliesAreNoted() {
    assertThat(identity("full", "cpu", Device.cpu()).fullWeights()).isTrue();
    assertThat(identity("full", "cpu", Device.cuda(0), Device.cpu()).fullWeights()).isTrue();
    assertThat(identity("reduced", "cpu", Device.cpu()).fullWeights()).isFalse();
    assertThat(identity("full", "tensorrt", Device.cpu()).fullWeights()).isFalse();
    assertThat(identity("full", "cpu", Device.cuda(0)).fullWeights()).isFalse();
    assertThat(PairIdentity.of(PAIRS.get(0), List.of(Device.cpu())).fullWeights()).isFalse();
  }

  private static PairIdentity identity(String weights, String target, Device... devices) {
    OnnxModel model = model("colors", 1, 1, 1);
    OnnxModel int8 =
        model
            .edit()
            .metadata(Int8Metadata.WEIGHTS, weights)
            .metadata(Int8Metadata.TARGET, target)
            .build();
    return PairIdentity.of(new ModelPair("net", model, int8), List.of(devices));
  }

  private static Environment on(InstructionSet instructionSet) {
    return new Environment("A Processor", instructionSet, 2, 1, "An Engine 1.0", "Calib8 1.0");
  }

  @Test
  void theNoisiestTensorsAreSavedAndReported() throws IOException {
    TensorCalibration tensor =
        TensorCalibration.builder(
                "a \"tensor\"\n\u00fc", 2, QuantizationParameters.symmetric(IntegerType.UINT8, 2))
            .withCounts(100, 0, 0)
            .withRange(0, 3)
            .withClippedFraction(0.0125)
            .build()
            .withError(new QuantizationError(11.5, 26, 0.0625));
    OnnxModel fp32 = model("colors", 1, 1, 1);
    OnnxModel int8 =
        model("colors", 1, 1, 2)
            .edit()
            .metadata(Int8Metadata.NOISIEST, Int8Metadata.noisiest(List.of(tensor)))
            .build();
    EvaluationStatistics statistics =
        Evaluator.builder().build().collect(List.of(new ModelPair("net", fp32, int8)), BATCHES);
    Path file = folder.resolve("noisy");
    statistics.write(file);

    assertThat(EvaluationStatistics.read(file)).isEqualTo(statistics);
    assertThat(EvaluationStatistics.read(file).reports().get(0).noisiest()).containsExactly(tensor);
  }

  @Test
  void whatRunsInIntegersIsKept() throws IOException {
    IntegerProducts known =
        new IntegerProducts(
            3,
            2,
            OptionalDouble.of(0.75),
            List.of(new FloatProduct("n", "Conv", "asked for")),
            true);
    for (IntegerProducts products :
        List.of(known, new IntegerProducts(3, 2, OptionalDouble.empty(), known.floats(), false))) {
      PairStatistics pair = WHOLE.pairs().get(0);
      EvaluationStatistics statistics =
          new EvaluationStatistics(
              WHOLE.source(),
              WHOLE.seen(),
              WHOLE.skipped(),
              List.of(pair.with(pair.pair().withProducts(Optional.of(products)), pair.classes())));
      Path file = folder.resolve("products");
      statistics.write(file);

      assertThat(EvaluationStatistics.read(file)).isEqualTo(statistics);
      assertThat(EvaluationStatistics.read(file).reports().get(0).int8().products())
          .hasValue(products);
    }
  }

  @Test
  void theFirstChangedImagesAreKept() {
    PairIdentity pair =
        new PairIdentity(
            "net", Optional.empty(), "fp32", "int8", false, List.of(), Optional.empty());
    PairStatistics seventy = changed(pair, "a", 70);

    List<ChangedImage> both = seventy.plus(changed(pair, "b", 70)).changed();

    assertThat(both).hasSize(AccuracyReport.MAX_CHANGED);
    assertThat(both.subList(0, 70)).isEqualTo(seventy.changed());
    assertThat(both.get(99).image()).isEqualTo("b");
  }

  private static PairStatistics changed(PairIdentity pair, String image, int count) {
    return new PairStatistics(
        pair,
        3,
        count,
        new ModelCounts(0, 0, 1),
        new ModelCounts(0, 0, 1),
        0,
        0,
        0,
        BigDecimal.ZERO,
        Collections.nCopies(count, new ChangedImage(image, 0, 1, 0.5, 2, 0.5)),
        SpeedSums.NONE,
        0);
  }

  @Test
  void readingGivesWhatWasWritten() throws IOException {
    Path file = folder.resolve("evaluation");
    WHOLE.write(file);

    EvaluationStatistics read = EvaluationStatistics.read(file);

    assertThat(read).isEqualTo(WHOLE).hasSameHashCodeAs(WHOLE);
    assertThat(read.reports()).isEqualTo(WHOLE.reports());
    assertThat(read).hasToString("1 pairs of models over 23 images");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aPartOfUnreadableImagesAloneCountsForNothing() throws IOException {
    EvaluationStatistics nothing =
        collect(
            ImageDataset.of(List.of(ColorModels.unreadable("broken.png")))
                .batches(3, PREPROCESSING));
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(nothing::reports)
        .withMessage("Expected at least one readable image, found none among 1");

    AccuracyReport report = nothing.merge(WHOLE).reports().get(0);

    assertThat(report.skipped()).containsExactly("broken.png");
    assertThat(report.images()).isEqualTo(23);
    assertThat(report.fp32().imagesPerSecond())
        .isCloseTo(WHOLE.reports().get(0).fp32().imagesPerSecond(), within(1e-6));
  }

  @Test
  void anImageInBothPartsIsRefused() {
    EvaluationStatistics part = collect(BATCHES.first(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WHOLE.merge(part))
        .withMessage("Expected an evaluation of other images, found '0.png' in both");
  }

  @Test
  void partsOfOtherBatchSizesAreRefused() {
    EvaluationStatistics part = collect(mixtures(46).skip(23).batches(4, PREPROCESSING));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WHOLE.merge(part))
        .withMessage("Expected an evaluation of the same batch size, 3, found 4");
  }

  @Test
  void aFileThatIsNotWholeIsRefusedWhereverItEnds() throws IOException {
    Path file = folder.resolve("truncated");
    byte[] bytes = WHOLE.toBytes();
    for (int length = 0; length < bytes.length; length += 1 + bytes.length / 50) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> EvaluationStatistics.read(file))
          .withMessageStartingWith(file + ", near byte ");
    }
  }

  @Test
  void aChangedByteIsNoticed() throws IOException {
    Path file = folder.resolve("changed");
    for (int position : new int[] {0, 5, 20, 700, -5, -1}) {
      byte[] bytes = WHOLE.toBytes();
      bytes[Math.floorMod(position, bytes.length)] ^= 0x40;
      Files.write(file, bytes);
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> EvaluationStatistics.read(file))
          .withMessageContaining(file.toString());
    }
  }

  @Test
  void aLaterVersionIsNamed() throws IOException {
    Path file = folder.resolve("later");
    byte[] bytes = WHOLE.toBytes();
    bytes[7] = 9;
    Files.write(file, bytes);
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> EvaluationStatistics.read(file))
        .withMessageContaining("Expected a saved evaluation of version 1 to 3, found version 9");
  }

  @Test
  void aMissingFileIsAnIoException() {
    assertThatThrownBy(() -> EvaluationStatistics.read(folder.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
