package io.github.calib8.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DynamicRangesTest {
  private static final DynamicRanges RANGES = ranges("data", 150.0, "conv", 6.0, "pool", 6.0);

  @TempDir private Path folder;

  @Test
  void flatbuffersHoldWhatWasWritten() throws IOException {
    Path file = folder.resolve("calibration.flatbuffers");
    RANGES.write(file);
    DynamicRanges back = DynamicRanges.read(file);

    assertThat(back.ranges()).containsExactlyInAnyOrderElementsOf(RANGES.ranges());
    assertThat(back.ranges()).extracting(DynamicRange::tensor).isSorted();
    assertThat(back.toFlatbuffers()).isEqualTo(RANGES.toFlatbuffers());
  }

  @Test
  void aTensorFromMinusSixToOneHasTheRangeSix() {
    CalibrationTable table =
        CalibrationTable.of(
            List.of(
                TensorCalibration.builder(
                        "t", 6, QuantizationParameters.symmetric(IntegerType.INT8, 6))
                    .withCounts(10, 0, 5)
                    .withRange(-6, 1)
                    .build()),
            provenance());

    byte[] bytes = DynamicRanges.of(table).toFlatbuffers();

    assertThat(DynamicRanges.fromFlatbuffers(bytes).find("t"))
        .hasValueSatisfying(range -> assertThat(range.threshold()).isEqualTo(6));
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("6.0");
  }

  @ParameterizedTest
  @CsvSource({"-6, 1", "-1, 6"})
  void aRangeWithZeroInBetweenHasThatOfItsFurtherEnd(double low, double high) {
    QuantizationParameters parameters = QuantizationParameters.asymmetric(low, high);
    TensorCalibration entry = TensorCalibration.builder("t", parameters).build();
    CalibrationTable table = CalibrationTable.of(List.of(entry), provenance());

    assertThat(DynamicRanges.of(table).find("t"))
        .hasValueSatisfying(
            range -> assertThat(range.threshold()).isCloseTo(6, within(7.0 / 255 / 2 + 1e-6)));
    assertThat(entry.threshold()).isEqualTo(Math.max(-parameters.low(), parameters.high()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"6", "6.", "+6", "0.6e1", "60E-1", "6.0000000"})
  void otherWritersDecimalsAreRead(String value) {
    assertThat(DynamicRanges.fromFlatbuffers(file("t", value)).find("t"))
        .hasValueSatisfying(range -> assertThat(range.threshold()).isEqualTo(6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nan",
        "NaN",
        "inf",
        "Infinity",
        "-Infinity",
        "0",
        "0.0",
        "-0.0",
        "-6",
        "1e999",
        "1e-60",
        "",
        " 6",
        "6f",
        "0x6p0",
        "six",
        ".",
        "e5",
        "1e",
        "6,0"
      })
  void otherRangesAreRefusedByTensor(String value) {
    assertThatThrownBy(() -> DynamicRanges.fromFlatbuffers(file("t", value)))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessageContaining("flatbuffers: Expected a finite, positive d")
        .hasMessageContaining("tensor 't'");
  }

  @Test
  void longNumbersAreRefusedUnread() {
    assertThatThrownBy(() -> DynamicRanges.fromFlatbuffers(file("t", "1".repeat(1_000))))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessageContaining("tensor 't', found 1000 bytes of text");
  }

  @Test
  void twoEntriesForATensorAreRefused() {
    assertThatThrownBy(() -> DynamicRanges.fromFlatbuffers(file("t", "6", "t", "6")))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessageContaining("one entry for tensor 't', found two");
  }

  @Test
  void aTensorWithoutANameIsRefused() {
    assertThatThrownBy(() -> DynamicRanges.fromFlatbuffers(file("", "6")))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessageContaining("Expected a tensor's name");
  }

  @Test
  void aTableWithoutEntriesIsRefused() {
    assertThatThrownBy(() -> DynamicRanges.fromFlatbuffers(file()))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessageContaining("one range or more");
  }

  @Test
  void aTruncatedFileIsRefusedByName() throws IOException {
    byte[] whole = RANGES.toFlatbuffers();
    Path file = folder.resolve("cut.flatbuffers");
    for (int length = 0; length < whole.length - 4; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> DynamicRanges.read(file))
          .isInstanceOf(CalibrationTableException.class)
          .hasMessageStartingWith(file + ": ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"TRT-8601-EntropyCalibration2\ndata: 3c008912\n", "{}", "\0\0\0\0\0\0\0\0"})
  void anotherFileIsRefused(String text) {
    assertThatThrownBy(() -> DynamicRanges.fromFlatbuffers(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessageContaining("expected a flatbuffers table");
  }

  @Test
  void aVectorThatClaimsMoreThanTheFileHoldsIsRefused() {
    byte[] bytes = RANGES.toFlatbuffers();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int count = 0;
    for (int i = 0; i + 4 <= bytes.length; i += 4) {
      if (buffer.getInt(i) == 3) { // three entries
        byte[] damaged = bytes.clone();
        ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putInt(i, 1 << 30);
        assertThatThrownBy(() -> DynamicRanges.fromFlatbuffers(damaged))
            .isInstanceOf(CalibrationTableException.class);
        count++;
      }
    }
    assertThat(count).isPositive();
  }

  @Test
  void differencesComeLargestRatioFirst() {
    DynamicRanges a = ranges("same", 1.0, "double", 2.0, "third", 3.0, "only a", 1.0);
    DynamicRanges b = ranges("third", 1.0, "only b", 1.0, "double", 4.0, "same", 1.0);

    assertThat(a.diff(b))
        .extracting(RangeDifference::tensor)
        .containsExactly("third", "double", "same");
    assertThat(a.diff(b).get(0).percent()).isCloseTo(-66.667, within(0.001));
    assertThat(a.diff(b).get(1).percent()).isEqualTo(100);
    assertThat(a.diff(b).get(2).percent()).isZero();
    assertThat(a.without(b)).containsExactly("only a");
    assertThat(b.without(a)).containsExactly("only b");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-60, 1e300})
  void rangesThatCannotBeScaledAreRefused(double threshold) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DynamicRange("t", threshold))
        .withMessageContaining("tensor 't'");
  }

  @Test
  void twoRangesForATensorAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> ranges("a", 1.0, "a", 2.0));
    assertThatIllegalArgumentException().isThrownBy(DynamicRangesTest::ranges);
  }

  private static DynamicRanges ranges(Object... namesAndThresholds) {
    DynamicRange[] ranges = new DynamicRange[namesAndThresholds.length / 2];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] =
          new DynamicRange(
              (String) namesAndThresholds[2 * i], (Double) namesAndThresholds[2 * i + 1]);
    }
    return DynamicRanges.of(List.of(ranges));
  }

  /** A file of any keys and values. */
  private static byte[] file(String... keysAndValues) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int[] entries = new int[keysAndValues.length / 2];
    for (int i = 0; i < entries.length; i++) {
      int key = builder.createString(keysAndValues[2 * i]);
      int value = builder.createString(keysAndValues[2 * i + 1]);
      builder.startTable(2);
      builder.addOffset(0, key, 0);
      builder.addOffset(1, value, 0);
      entries[i] = builder.endTable();
    }
    builder.startVector(4, entries.length, 4);
    for (int i = entries.length - 1; i >= 0; i--) {
      builder.addOffset(entries[i]);
    }
    int dict = builder.endVector();
    builder.startTable(1);
    builder.addOffset(0, dict, 0);
    builder.finish(builder.endTable());
    return builder.sizedByteArray();
  }

  private static Provenance provenance() {
    return Provenance.builder("m", "00")
        .withImages(List.of("a"))
        .withPreprocessing("p")
        .withMethod("max-abs")
        .withLibrary("l")
        .withEngine("e")
        .withProcessor("p", InstructionSet.AVX2)
        .build();
  }
}
