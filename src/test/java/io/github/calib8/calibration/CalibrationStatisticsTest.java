package io.github.calib8.calibration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.fuzz.Fuzzing;
import io.github.calib8.fuzz.Sealed;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.quantization.Target;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationStatisticsTest {
  private static final ImageBatches BATCHES =
      SmallNetwork.images(20).batches(4, SmallNetwork.preprocessing());
  private static final OnnxModel MODEL = SmallNetwork.model();
  private static final CalibrationStatistics WHOLE = collect(BATCHES);

  @TempDir Path folder;

  @Test
  void aSavedPartMergedWithTheRestIsTheWhole() throws IOException {
    for (int batches = 1; batches < 5; batches++) {
      Path file = folder.resolve("part");
      collect(BATCHES.first(batches)).write(file);
      CalibrationStatistics rest = collect(BATCHES.skip(batches));
      CalibrationStatistics resumed = CalibrationStatistics.read(file).merge(rest);
      assertThat(resumed).isEqualTo(WHOLE);
      assertThat(resumed.toBytes()).isEqualTo(WHOLE.toBytes());
      assertThat(table(resumed)).isEqualTo(table(WHOLE));
    }
  }

  /** What a LeakyRelu makes; TensorRT has symmetric ranges. */
  @Test
  void aTensorThatIsNotSpreadAroundZeroHasAZeroPointOnlyOnTheProcessor() {
    CalibrationStatistics leaky = Calibrator.builder(leaky()).build().collect(BATCHES);
    for (CalibrationMethod method : CalibrationMethod.all()) {
      CalibrationTable table = leaky.toTable(method);
      TensorCalibration entry = table.get("leaky");

      assertThat(entry.parameters().isAsymmetric()).isTrue();
      assertThat(entry.negatives()).isPositive();
      assertThat(entry.threshold())
          .isEqualTo(Math.max(-entry.parameters().low(), entry.parameters().high()));
      assertThat(CalibrationTable.fromJson(table.toJson())).isEqualTo(table);
      assertThat(leaky.toTable(method, Target.tensorRt()).tensors())
          .noneMatch(tensor -> tensor.parameters().isAsymmetric());
    }
  }

  private static OnnxModel leaky() {
    Random random = new Random(3);
    GraphBuilder graph = GraphBuilder.create("leaky");
    long size = SmallNetwork.SIZE;
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, size, size)));
    for (String name : List.of("w1", "w2")) {
      float[] weights = new float[9];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian();
      }
      graph.initializer(Tensor.floats(name, List.of(3L, 3L, 1L, 1L), weights));
    }
    graph.node("Conv", List.of("data", "w1"), "conv", Map.of());
    graph.node("LeakyRelu", List.of("conv"), "leaky", Map.of("alpha", Attribute.of(0.1f)));
    graph.node("Conv", List.of("leaky", "w2"), "last", Map.of());
    graph.node("GlobalAveragePool", List.of("last"), "mean", Map.of());
    return graph.output(new ValueInfo("mean", DataType.FLOAT, List.of())).build();
  }

  @Test
  void damagedStatisticsAreReadOrRefused() {
    byte[] small = collect(BATCHES.first(1)).toBytes();
    Fuzzing.check(
        List.of(small),
        file -> CalibrationStatistics.fromBytes(Sealed.again(file)).toBytes(),
        CalibrationException.class);
  }

  @Test
  void partsSentAsBytesMergeToTheWholeWhateverTheCuts() {
    List<LabeledImage> images = BATCHES.images();
    Random random = new Random(34);
    for (int round = 0; round < 5; round++) {
      int first = 1 + random.nextInt(images.size() - 2);
      int second = first + 1 + random.nextInt(images.size() - first - 1);
      List<CalibrationStatistics> parts = new ArrayList<>();
      for (List<LabeledImage> part :
          List.of(
              images.subList(0, first),
              images.subList(first, second),
              images.subList(second, images.size()))) {
        byte[] bytes =
            collect(ImageDataset.of(part).batches(3, SmallNetwork.preprocessing())).toBytes();
        parts.add(CalibrationStatistics.fromBytes(bytes));
      }
      Collections.shuffle(parts, random);
      CalibrationStatistics merged = parts.get(0).merge(parts.get(1)).merge(parts.get(2));
      assertThat(merged).as("cut at %s and %s", first, second).isEqualTo(WHOLE);
      assertThat(merged.toBytes()).isEqualTo(WHOLE.toBytes());
    }
  }

  @Test
  void bytesAreThoseOfTheFile() throws IOException {
    Path file = folder.resolve("statistics");
    WHOLE.write(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(WHOLE.toBytes());
  }

  @Test
  void bytesOfSomethingElseAreRefused() {
    byte[] bytes = WHOLE.toBytes();
    Random random = new Random(35);
    for (int round = 0; round < 200; round++) {
      int length = random.nextInt(bytes.length);
      assertThatThrownBy(() -> CalibrationStatistics.fromBytes(Arrays.copyOf(bytes, length)))
          .isInstanceOf(CalibrationException.class)
          .hasMessageStartingWith(length + " bytes, near byte ");
      byte[] changed = bytes.clone();
      changed[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      assertThatThrownBy(() -> CalibrationStatistics.fromBytes(changed))
          .isInstanceOf(CalibrationException.class);
    }
    assertThatThrownBy(() -> CalibrationStatistics.fromBytes(Arrays.copyOf(bytes, 9_000_000)))
        .isInstanceOf(CalibrationException.class);
    assertThatThrownBy(() -> CalibrationStatistics.fromBytes("PK a zip file".getBytes(UTF_8)))
        .isInstanceOf(CalibrationException.class)
        .hasMessage(
            "13 bytes, near byte 4: Expected calibration statistics, found 13 bytes of something"
                + " else");
  }

  @Test
  void mergingCommutesAndLeavesTheOperandsAlone() throws IOException {
    CalibrationStatistics first = collect(BATCHES.first(2));
    CalibrationStatistics second = collect(BATCHES.skip(2));
    byte[] before = first.toBytes();
    assertThat(second.merge(first).toBytes()).isEqualTo(first.merge(second).toBytes());
    assertThat(first.toBytes()).isEqualTo(before);
  }

  @Test
  void readingGivesWhatWasWritten() throws IOException {
    Path file = folder.resolve("statistics");
    WHOLE.write(file);
    CalibrationStatistics read = CalibrationStatistics.read(file);
    assertThat(read).isEqualTo(WHOLE).hasSameHashCodeAs(WHOLE);
    assertThat(read.images()).isEqualTo(WHOLE.images()).hasSize(20);
    assertThat(read.tensors()).isEqualTo(WHOLE.tensors());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void imagesAreSortedByName() {
    assertThat(
            collect(SmallNetwork.images(20).shuffled(5).batches(6, SmallNetwork.preprocessing())))
        .isEqualTo(WHOLE);
  }

  @Test
  void thresholdsAreChosenForTheTypeThatIsAskedFor() {
    CalibrationMethod method = CalibrationMethod.meanSquaredError();
    CalibrationTable bySign = WHOLE.toTable(method, Target.cpu());
    CalibrationTable signed = WHOLE.toTable(method, Target.tensorRt());
    assertThat(bySign).isEqualTo(WHOLE.toTable(method));
    assertThat(bySign.tensors()).anyMatch(CalibrationStatisticsTest::isUnsigned);
    assertThat(signed.tensors())
        .allSatisfy(
            entry -> {
              double threshold =
                  method
                      .threshold(
                          WHOLE.tensorStatistics().get(entry.tensor()).whole(), IntegerType.INT8)
                      .value();
              assertThat(entry.threshold()).isEqualTo(threshold);
              assertThat(entry.parameters())
                  .isEqualTo(
                      new QuantizationParameters(IntegerType.INT8, (float) (threshold / 127), 0));
            });
    assertThat(signed.tensors())
        .filteredOn(entry -> isUnsigned(bySign.get(entry.tensor())))
        .anyMatch(entry -> entry.threshold() < bySign.get(entry.tensor()).threshold());
  }

  private static boolean isUnsigned(TensorCalibration entry) {
    return entry.parameters().type() == IntegerType.UINT8;
  }

  @Test
  void anImageInBothPartsIsRefused() {
    CalibrationStatistics first = collect(BATCHES.first(3));
    CalibrationStatistics second = collect(BATCHES.skip(2));
    assertThatThrownBy(() -> first.merge(second))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected statistics of other images, found 'i08.png' in both");
  }

  @Test
  void statisticsOfAnotherModelAreRefused() {
    CalibrationStatistics other =
        Calibrator.builder(SmallNetwork.model(1)).build().collect(BATCHES.first(1));
    CalibrationStatistics rest = collect(BATCHES.skip(1));
    assertThatThrownBy(() -> rest.merge(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Expected statistics of the same model (SHA-256), ");
  }

  @Test
  void statisticsOfAnotherPreprocessingAreRefused() {
    Preprocessing brighter =
        SmallNetwork.preprocessing().toBuilder().withMean(100f, 100f, 100f).build();
    CalibrationStatistics other =
        Calibrator.builder(MODEL).build().collect(BATCHES.first(1).withPreprocessing(brighter));
    CalibrationStatistics rest = collect(BATCHES.skip(1));
    assertThatThrownBy(() -> rest.merge(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Expected statistics of the same preprocessing, ");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.5, 0.999})
  void aTruncatedFileIsRefused(double fraction) throws IOException {
    Path file = folder.resolve("truncated");
    byte[] bytes = WHOLE.toBytes();
    Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * fraction)));
    assertThatThrownBy(() -> CalibrationStatistics.read(file))
        .isInstanceOf(CalibrationException.class)
        .hasMessageContaining(file + ", near byte ");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 20, 700, -5, -1})
  void aChangedByteIsNoticed(int position) throws IOException {
    Path file = folder.resolve("changed");
    byte[] bytes = WHOLE.toBytes();
    bytes[Math.floorMod(position, bytes.length)] ^= 0x40;
    Files.write(file, bytes);
    assertThatThrownBy(() -> CalibrationStatistics.read(file))
        .isInstanceOf(CalibrationException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aLaterVersionIsNamed() throws IOException {
    Path file = folder.resolve("later");
    byte[] bytes = WHOLE.toBytes();
    bytes[7] = 9;
    Files.write(file, bytes);
    assertThatThrownBy(() -> CalibrationStatistics.read(file))
        .isInstanceOf(CalibrationException.class)
        .hasMessageContaining("Expected calibration statistics of version 2 to 3, found version 9");
  }

  @Test
  void aMissingFileOrFolderIsAnIoException() {
    assertThatThrownBy(() -> CalibrationStatistics.read(folder.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> WHOLE.write(folder.resolve("missing/file")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no folder");
  }

  private static CalibrationStatistics collect(ImageBatches batches) {
    return Calibrator.builder(MODEL).build().collect(batches);
  }

  private static String table(CalibrationStatistics statistics) {
    return statistics.toTable(CalibrationMethod.entropy()).toJson();
  }
}
