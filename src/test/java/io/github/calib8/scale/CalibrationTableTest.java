package io.github.calib8.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.fuzz.Fuzzing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTableTest {
  private static final List<String> IMAGES = List.of("a.JPEG", "b \"quoted\".JPEG", "ü.JPEG");
  private static final Provenance PROVENANCE =
      Provenance.builder("tiny", "00".repeat(32))
          .withImages(IMAGES)
          .withPreprocessing("resize=none")
          .withMethod("entropy")
          .withLibrary("calib8 0.1.0")
          .withEngine("engine 1")
          .withProcessor("processor", InstructionSet.AVX512_VNNI)
          .build();
  private static final TensorCalibration DATA =
      TensorCalibration.builder(
              "data", 127.0, QuantizationParameters.symmetric(IntegerType.INT8, 127.0))
          .withCounts(1000, 10, 400)
          .withRange(-104.0, 151.25)
          .withClippedFraction(0.001)
          .build();
  private static final TensorCalibration CONV =
      TensorCalibration.builder(
              "conv1", 0.1, QuantizationParameters.symmetric(IntegerType.UINT8, 0.1))
          .withCounts(5_000_000_000L, 0, 0)
          .withRange(0.1f, 0.1f)
          .withDegenerate(Optional.of("constant"))
          .build()
          .withHalfSetDifference(0.03125);
  private static final CalibrationTable TABLE =
      CalibrationTable.of(List.of(DATA, CONV), PROVENANCE);

  @TempDir Path folder;

  @Test
  void damagedTablesAreReadOrRefused() {
    Fuzzing.check(
        List.of(TABLE.toJson().getBytes(StandardCharsets.UTF_8)),
        file -> CalibrationTable.fromJson(new String(file, StandardCharsets.UTF_8)).toJson(),
        CalibrationTableException.class);
  }

  @Test
  void jsonIsCanonical() {
    assertThat(TABLE.toJson())
        .isEqualTo(
            """
            {
              "schemaVersion": 2,
              "provenance": {
                "model": "tiny",
                "modelSha256": "%s",
                "images": [
                  "a.JPEG",
                  "b \\"quoted\\".JPEG",
                  "ü.JPEG"
                ],
                "imageListSha256": "%s",
                "preprocessing": "resize=none",
                "method": "entropy",
                "library": "calib8 0.1.0",
                "engine": "engine 1",
                "processor": "processor",
                "instructionSet": "AVX512_VNNI"
              },
              "tensors": [
                {
                  "tensor": "data",
                  "threshold": 127.0,
                  "type": "INT8",
                  "scale": 1.0,
                  "zeroPoint": 0,
                  "count": 1000,
                  "zeros": 10,
                  "negatives": 400,
                  "min": -104.0,
                  "max": 151.25,
                  "clippedFraction": 0.001
                },
                {
                  "tensor": "conv1",
                  "threshold": 0.1,
                  "type": "UINT8",
                  "scale": 3.9215686E-4,
                  "zeroPoint": 0,
                  "count": 5000000000,
                  "zeros": 0,
                  "negatives": 0,
                  "min": 0.10000000149011612,
                  "max": 0.10000000149011612,
                  "clippedFraction": 0.0,
                  "degenerate": "constant",
                  "halfSetDifference": 0.03125
                }
              ]
            }
            """
                .formatted("00".repeat(32), Provenance.sha256(IMAGES)));
  }

  @Test
  void whatQuantizingCostsIsWritten() {
    CalibrationTable table =
        CalibrationTable.of(
            List.of(DATA.withError(new QuantizationError(31.5, 1.125, 0.0625)), CONV), PROVENANCE);

    assertThat(table.toJson())
        .contains(
            """
                  "clippedFraction": 0.001,
                  "sqnr": 31.5,
                  "excess": 1.125,
                  "clippedEnergy": 0.0625
            """);
    assertThat(CalibrationTable.fromJson(table.toJson())).isEqualTo(table);
  }

  @Test
  void anEditedTableIsNotCalledByItsMethod() {
    CalibrationTable own = CalibrationTable.of(TABLE.tensors(), signed(TABLE.tensors()));
    String json = own.toJson();

    assertThat(own.method()).isEqualTo("entropy");
    assertThat(CalibrationTable.fromJson(json).method()).isEqualTo("entropy");
    String scaled =
        json.replace("\"threshold\": 127.0", "\"threshold\": 254.0")
            .replace("\"scale\": 1.0", "\"scale\": 2.0");
    String renamed = json.replace("\"tensor\": \"data\"", "\"tensor\": \"date\"");
    for (String edited : new String[] {scaled, renamed}) {
      assertThat(edited).isNotEqualTo(json);
      assertThat(CalibrationTable.fromJson(edited).method()).isEqualTo("entropy, edited");
    }
    assertThat(CalibrationTable.of(List.of(DATA), signed(TABLE.tensors())).method())
        .isEqualTo("entropy, edited");
  }

  private static Provenance signed(List<TensorCalibration> tensors) {
    return Provenance.builder(PROVENANCE.model(), PROVENANCE.modelSha256())
        .withImages(PROVENANCE.images())
        .withPreprocessing(PROVENANCE.preprocessing())
        .withMethod(PROVENANCE.method())
        .withLibrary(PROVENANCE.library())
        .withEngine(PROVENANCE.engine())
        .withProcessor(PROVENANCE.processor(), PROVENANCE.instructionSet())
        .withScalesSha256(Optional.of(CalibrationTable.scalesSha256(tensors)))
        .build();
  }

  @Test
  void hashOfTheImageListIsThatOfItsLines() {
    // printf 'a\nb\n' | sha256sum
    assertThat(Provenance.sha256(List.of("a", "b")))
        .isEqualTo("911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2");
  }

  @Test
  void readTableEqualsTheWrittenOneAndWritesTheSameBytes() throws IOException {
    Path file = folder.resolve("table.json");
    TABLE.write(file);
    CalibrationTable back = CalibrationTable.read(file);
    Path again = folder.resolve("again.json");
    back.write(again);

    assertThat(back).isEqualTo(TABLE).hasSameHashCodeAs(TABLE);
    assertThat(again).hasSameBinaryContentAs(file);
    assertThat(file).content(StandardCharsets.UTF_8).isEqualTo(TABLE.toJson());
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() throws IOException {
    Path file = Files.writeString(folder.resolve("table.json"), "\ufeff" + TABLE.toJson());

    assertThat(CalibrationTable.read(file)).isEqualTo(TABLE);
  }

  @Test
  void aScaleOrZeroPointThatContradictsTheThresholdIsRefused() {
    CalibrationTable table =
        CalibrationTable.of(
            List.of(
                TensorCalibration.builder(
                        "t", 2.55, QuantizationParameters.symmetric(IntegerType.UINT8, 2.55))
                    .withCounts(10, 0, 0)
                    .withRange(0, 3)
                    .withClippedFraction(0.1)
                    .build()),
            PROVENANCE);
    String json = table.toJson();
    assertThat(json).contains("\"scale\": 0.01,", "\"zeroPoint\": 0,");
    assertThat(CalibrationTable.fromJson(json)).isEqualTo(table);
    for (String[] edit :
        new String[][] {
          {"\"scale\": 0.01,", "\"scale\": 0.0101,"},
          {"\"zeroPoint\": 0,", "\"zeroPoint\": 128,"},
          {"\"threshold\": 2.55,", "\"threshold\": 25.5,"},
          {"\"type\": \"UINT8\",", "\"type\": \"INT8\","}
        }) {
      assertThatThrownBy(() -> CalibrationTable.fromJson(json.replace(edit[0], edit[1])))
          .as(edit[1])
          .isInstanceOf(CalibrationTableException.class)
          .hasMessageContainingAll("tensor 't'", "represent the threshold");
    }
  }

  @Test
  void everyNumberSurvivesTheRoundTrip() {
    Random random = new Random(1);
    List<TensorCalibration> tensors = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      int least = Float.floatToRawIntBits(Float.MIN_NORMAL);
      int most = Float.floatToRawIntBits(Float.MAX_VALUE);
      float scale = Float.intBitsToFloat(least + random.nextInt(most - least));
      int zeroPoint = random.nextInt(255);
      double threshold = (double) scale * (255 - zeroPoint) * (1 + 1e-7 * random.nextDouble());
      double min = -Double.longBitsToDouble(random.nextLong() >>> 1);
      if (!Double.isFinite(min)) {
        continue;
      }
      tensors.add(
          TensorCalibration.builder(
                  "t" + i,
                  threshold,
                  new QuantizationParameters(IntegerType.UINT8, scale, zeroPoint))
              .withCounts(Long.MAX_VALUE, random.nextInt(100), random.nextInt(100))
              .withRange(min, 0.1 * i)
              .withClippedFraction(random.nextDouble())
              .build());
    }
    CalibrationTable table = CalibrationTable.of(tensors, PROVENANCE);
    CalibrationTable back = CalibrationTable.fromJson(table.toJson());

    assertThat(back).isEqualTo(table);
    assertThat(back.toJson()).isEqualTo(table.toJson());
  }

  @Test
  void emptyTableIsATable() {
    CalibrationTable empty = CalibrationTable.of(List.of(), PROVENANCE);
    assertThat(CalibrationTable.fromJson(empty.toJson())).isEqualTo(empty);
  }

  @Test
  void tensorsAreFoundByName() {
    assertThat(TABLE.find("conv1")).contains(CONV);
    assertThat(TABLE.find("conv2")).isEmpty();
    assertThat(TABLE.get("data")).isEqualTo(DATA);
    assertThat(TABLE.tensors()).containsExactly(DATA, CONV);
  }

  @Test
  void unknownNameIsAnsweredWithTheNearestOnes() {
    assertThatThrownBy(() -> TABLE.get("conv2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "No entry for tensor 'conv2' in a calibration table of 2 tensors;"
                + " nearest names: [conv1, data]");
  }

  @Test
  void distanceOfNamesCountsEdits() {
    assertThat(SimilarNames.distance("conv1", "conv1")).isZero();
    assertThat(SimilarNames.distance("conv1", "conv12")).isEqualTo(1);
    assertThat(SimilarNames.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(SimilarNames.distance("", "abc")).isEqualTo(3);
  }

  @Test
  void twoEntriesForATensorAreRefused() {
    assertThatThrownBy(() -> CalibrationTable.of(List.of(DATA, DATA), PROVENANCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected one entry for tensor 'data', found two");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"scale\": 1.0 | \"scale\": 0.0 | found 0.0",
        "\"scale\": 1.0 | \"scale\": -1.0 | found -1.0",
        "\"scale\": 1.0 | \"scale\": NaN | found NaN",
        "\"scale\": 1.0 | \"scale\": Infinity | found Infinity",
        "\"min\": -104.0 | \"min\": -Infinity | a finite min",
        "\"max\": 151.25 | \"max\": NaN | a finite max",
        "\"scale\": 1.0 | \"scale\": 1e50 | found Infinity",
        "\"scale\": 1.0 | \"scale\": 1e-60 | found 0.0",
        "\"scale\": 1.0 | \"scale\": \"1.0\" | field 'scale' to be a number, found \"1.0\"",
        "\"threshold\": 127.0 | \"threshold\": 0 | a finite, positive threshold",
        "\"threshold\": 127.0 | \"threshold\": -3 | a finite, positive threshold",
        "\"threshold\": 127.0 | \"threshold\": 1e999 | a finite, positive threshold",
        "\"max\": 151.25 | \"max\": -105 | a finite max of at least -104.0",
        "\"zeroPoint\": 0 | \"zeroPoint\": 200 | a zero point in [-128, 127]",
        "\"zeroPoint\": 0 | \"zeroPoint\": 0.5 | field 'zeroPoint' to be an integer",
        "\"count\": 1000 | \"count\": -1 | a count of at least 0",
        "\"count\": 1000 | \"count\": 1e3 | field 'count' to be an integer",
        "\"zeros\": 10 | \"zeros\": 1001 | zeros in [0, 1000]",
        "\"negatives\": 400 | \"negatives\": 991 | negatives in [0, 990]",
        "\"clippedFraction\": 0.001 | \"clippedFraction\": 1.5 | a clippedFraction in [0, 1]",
        "\"type\": \"INT8\" | \"type\": \"INT4\" | to be one of [INT8, UINT8], found 'INT4'",
        "\"min\": -104.0, | '' | missing field 'min'",
        "\"min\": -104.0, | \"min\": -104.0, \"mean\": 0, | unknown field 'mean'",
      })
  void badEntryIsRefusedByFileAndTensor(String field, String other, String problem)
      throws IOException {
    assertRefused(replaced(field, other), "tensor 'data'", problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"schemaVersion\": 2 | \"schemaVersion\": 4 | expected schemaVersion 1 to 3, found 4",
        "\"schemaVersion\": 2 | \"schemaVersion\": 0 | expected schemaVersion 1 to 3, found 0",
        "\"schemaVersion\": 2, | '' | missing field 'schemaVersion'",
        "\"schemaVersion\": 2, | \"schemaVersion\": 2, \"x\": 1, | unknown field 'x'",
        "\"tensor\": \"conv1\" | \"tensor\": \"data\" | one entry for tensor 'data', found two",
        "\"tensor\": \"data\", | '' | tensor number 0: missing field 'tensor'",
        "\"method\": \"entropy\", | '' | provenance: missing field 'method'",
        "\"method\": \"entropy\", | \"method\": \"entropy\", \"y\": 1, | provenance: unknown field",
        "a.JPEG | z.JPEG | provenance: expected imageListSha256",
        "\"a.JPEG\" | 17 | field 'images' to be strings only, found 17",
        "AVX512_VNNI | MMX | to be one of [AVX512_VNNI, AVX_VNNI,",
        "\"min\": -104.0 | \"max\": 151.25 | line 30, column 12: expected a calibration table in JSON: Duplicate",
      })
  void badTableIsRefusedByFileAndPlace(String field, String other, String problem)
      throws IOException {
    assertRefused(replaced(field, other), problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "[]", "17", "null", "{", "TRT-7000-EntropyCalibration2\n"})
  void textThatIsNoTableIsRefused(String text) throws IOException {
    assertRefused(text, "xpected a");
  }

  @Test
  void truncatedTableIsRefused() throws IOException {
    String json = TABLE.toJson();
    for (int length = 0; length < json.length() - 2; length += 50) {
      assertRefused(json.substring(0, length), "expected a");
    }
    assertRefused(json + "{}", "expected a");
  }

  @Test
  void binaryFileIsRefused() throws IOException {
    Path file = folder.resolve("table.json");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0});
    assertThatThrownBy(() -> CalibrationTable.read(file))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessage(file + ": expected UTF-8 text");
  }

  @Test
  void missingFileIsNamed() {
    Path file = folder.resolve("missing.json");
    assertThatThrownBy(() -> CalibrationTable.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void writingReplacesAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("table.json");
    Files.writeString(file, "old");
    TABLE.write(file);

    assertThat(CalibrationTable.read(file)).isEqualTo(TABLE);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  private static CalibrationTable withRange() {
    TensorCalibration range =
        TensorCalibration.builder("silu", QuantizationParameters.asymmetric(-0.25, 3.734375))
            .withCounts(1000, 10, 600)
            .withRange(-0.278, 5)
            .build();
    return CalibrationTable.of(List.of(DATA, range), PROVENANCE);
  }

  /** Readers of earlier releases refuse the version, not a field. */
  @Test
  void aRangeWithZeroInBetweenIsReadBackAndRaisesTheVersion() {
    CalibrationTable table = withRange();

    assertThat(table.toJson())
        .contains("\"schemaVersion\": 3,")
        .contains("\"zeroPoint\": 16,\n      \"low\": -0.25,\n      \"high\": 3.734375,\n");
    assertThat(CalibrationTable.fromJson(table.toJson())).isEqualTo(table);
    assertThat(table.tensors().get(1).threshold()).isEqualTo(3.734375);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"low\": -0.25 | \"low\": -0.3 | expected low -0.25 and high 3.734375",
        "\"high\": 3.734375 | \"high\": 4.1 | expected low -0.25 and high 3.734375",
        "\"low\": -0.25, | '' | missing field 'low'",
        "\"high\": 3.734375, | '' | missing field 'high'",
        "\"zeroPoint\": 16 | \"zeroPoint\": 17 | expected a scale and zero point of UINT8",
      })
  void aRangeThatContradictsItsIntegersIsRefused(String field, String other, String problem)
      throws IOException {
    assertRefused(replaced(withRange(), field, other), "tensor 'silu'", problem);
  }

  private static String replaced(String field, String other) {
    return replaced(TABLE, field, other);
  }

  private static String replaced(CalibrationTable table, String field, String other) {
    String json = table.toJson();
    assertThat(json).contains(field);
    int at = json.indexOf(field);
    return json.substring(0, at) + other + json.substring(at + field.length());
  }

  private void assertRefused(String json, String... problems) throws IOException {
    Path file = folder.resolve("bad.json");
    Files.writeString(file, json);
    assertThatThrownBy(() -> CalibrationTable.read(file))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(problems);
    assertThatThrownBy(() -> CalibrationTable.fromJson(json))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessageStartingWith("JSON text");
  }
}
