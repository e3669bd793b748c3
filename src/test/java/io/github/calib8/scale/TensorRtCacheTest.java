package io.github.calib8.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorRtCacheTest {
  private static final String HEADER = "TRT-7000-EntropyCalibration2\n";
  private static final String TEXT = HEADER + "data: 3c008912\nconv1: 3c88edfc\n";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "3c008912, 0.00784518",
    "3c92aa10, 0.01790336",
    "3e5b2be4, 0.2140346",
    "4000889d, 2.008338"
  })
  void scalesAreTheBitsOfAFloat(String digits, double scale) {
    DynamicRange range = read(HEADER + "t: " + digits + "\n").ranges().get(0);

    assertThat((double) range.scale()).isCloseTo(scale, within(scale * 1e-6));
    assertThat(range.threshold()).isCloseTo(127 * scale, within(127 * scale * 1e-6));
  }

  @Test
  void whatIsReadIsWrittenAgain() throws IOException {
    Path file = Files.writeString(folder.resolve("t.cache"), TEXT);
    TensorRtCache cache = TensorRtCache.read(file);
    Path again = folder.resolve("again.cache");
    cache.write(again);

    assertThat(cache.header()).isEqualTo(new TensorRtHeader(7000, "EntropyCalibration2"));
    assertThat(again).hasSameBinaryContentAs(file);
    assertThat(TensorRtCache.read(again)).isEqualTo(cache).hasSameHashCodeAs(cache);
  }

  @Test
  void everyScaleKeepsItsBits() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder(HEADER);
    List<Integer> all = new ArrayList<>(List.of(1, 0x007fffff, 0x00800000, 0x7f7fffff));
    for (int i = 0; i < 10_000; i++) {
      all.add(1 + random.nextInt(0x7f7fffff));
    }
    for (int i = 0; i < all.size(); i++) {
      text.append("t" + i + ": " + HexFormat.of().toHexDigits(all.get(i)) + "\n");
    }
    TensorRtCache cache = TensorRtCache.fromText(text.toString());

    assertThat(cache.toText()).isEqualTo(text.toString());
    DynamicRanges decimal = DynamicRanges.fromFlatbuffers(cache.ranges().toFlatbuffers());
    for (DynamicRange range : cache.ranges().ranges()) {
      assertThat(decimal.find(range.tensor())).contains(range);
    }
  }

  @Test
  void namesMayHoldColonsAndSpaces() {
    String entry = "(Unnamed Layer* 3) [Scale: x]: 12345678: 3c008912\n";

    assertThat(read(HEADER + entry).ranges().get(0).tensor())
        .isEqualTo("(Unnamed Layer* 3) [Scale: x]: 12345678");
    assertThat(TensorRtCache.fromText(HEADER + entry).toText()).isEqualTo(HEADER + entry);
  }

  @Test
  void aFieldWithoutItsLeadingZeroIsReadAndWrittenWithIt() {
    assertThat(TensorRtCache.fromText(HEADER + "t: A15C2F1\nu: 3c008912\n").toText())
        .isEqualTo(HEADER + "t: 0a15c2f1\nu: 3c008912\n");
  }

  @Test
  void theLastLineEndMayBeMissing() {
    assertThat(TensorRtCache.fromText(TEXT.stripTrailing()).toText()).isEqualTo(TEXT);
  }

  @Test
  void retargetingChangesTheHeaderAlone() {
    TensorRtHeader header = TensorRtHeader.of(10, 9, 0, "EntropyCalibration2");

    assertThat(TensorRtCache.fromText(TEXT).retarget(header).toText())
        .isEqualTo(TEXT.replace("TRT-7000", "TRT-100900"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "conv1: 7f800000 | line 3: Expected a finite, positive scale for tensor 'conv1', found Infinity",
        "conv1: ff800000 | line 3: Expected a finite, positive scale for tensor 'conv1', found -Infinity",
        "conv1: 7fc00000 | line 3: Expected a finite, positive scale for tensor 'conv1', found NaN",
        "conv1: 00000000 | line 3: Expected a finite, positive scale for tensor 'conv1', found 0.0",
        "conv1: 80000000 | line 3: Expected a finite, positive scale for tensor 'conv1', found -0.0",
        "conv1: bc88edfc | line 3: Expected a finite, positive scale for tensor 'conv1', found -0.0167",
        "data: 3c88edfc | line 3: expected one entry for tensor 'data', found another one in line 2",
        "conv1 3c88edfc | line 3: expected '<tensor>: <8 hexadecimal digits>', found 'conv1 3c88edfc'",
        "conv1:3c88edfc | line 3: expected '<tensor>: <8 hexadecimal digits>'",
        "conv1: 3c88edfg | line 3: expected 8 hexadecimal digits for tensor 'conv1', found '3c88edfg'",
        "conv1: 3c88edfc0 | line 3: expected 8 hexadecimal digits for tensor 'conv1', found '3c88edfc0'",
        "conv1: 3c88ed | line 3: expected 8 hexadecimal digits for tensor 'conv1', found '3c88ed'",
        "'conv1: ' | line 3: expected 8 hexadecimal digits for tensor 'conv1', found ''",
        "': 3c88edfc' | line 3: Expected a tensor's name, found an empty one",
        "'' | line 3: expected '<tensor>: <8 hexadecimal digits>', found ''",
        "'conv1: 3c88edfc ' | line 3: expected 8 hexadecimal digits",
        "conv1: +3c88edf | line 3: expected 8 hexadecimal digits",
      })
  void aBadEntryIsRefusedByLineAndTensor(String entry, String problem) throws IOException {
    assertRefused(TEXT.replace("conv1: 3c88edfc", entry), problem);
  }

  @Test
  void aFileWithoutAHeaderIsRefused() throws IOException {
    assertRefused(TEXT.substring(HEADER.length()), "line 1: Expected a header like TRT-");
    assertRefused("{\"schemaVersion\": 1}", "line 1: Expected a header like TRT-");
    assertRefused("TRT-86-Entropy\ndata: 3c008912\n", "found 'TRT-86-Entropy'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\n\n"})
  void anEmptyFileIsRefused(String text) throws IOException {
    assertRefused(text, "line 1: Expected a header");
  }

  @Test
  void aHeaderAloneIsRefused() throws IOException {
    assertRefused(HEADER, "line 2: expected an entry, found the end of the file");
    assertRefused(HEADER.strip(), "line 2: expected an entry, found the end of the file");
  }

  @Test
  void lineEndsOfWindowsAreRefused() throws IOException {
    assertRefused(TEXT.replace("\n", "\r\n"), "line 1: expected LF line ends");
    assertRefused(TEXT.replace("912\n", "912\r\n"), "line 2: expected LF line ends");
  }

  @Test
  void aTruncatedFileIsRefusedOrHasWholeEntriesOnly() throws IOException {
    String longer = TEXT + "pool1: 3c88edfc\n";
    for (int length = 0; length < longer.length(); length++) {
      String text = longer.substring(0, length);
      if (text.matches("(?s).*: [0-9a-f]{8}\n?")) {
        assertThat(longer).startsWith(TensorRtCache.fromText(text).toText());
      } else {
        assertRefused(text, "line ");
      }
    }
  }

  @Test
  void aBinaryFileIsRefused() throws IOException {
    Path file = folder.resolve("bad.cache");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xd8, 0, 10});
    assertThatThrownBy(() -> TensorRtCache.read(file))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessage(file + ": expected UTF-8 text");
    assertRefused("\0\0\0\u001b[2J", "found '???");
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("missing.cache");
    assertThatThrownBy(() -> TensorRtCache.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void namesOfTwoLinesDoNotFitIntoACache() {
    DynamicRanges ranges = DynamicRanges.of(List.of(new DynamicRange("a\nb: 3c008912", 1)));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorRtCache.of(TensorRtHeader.DEFAULT, ranges))
        .withMessage("Expected names of one line for a calibration cache, found 'a?b: 3c008912'");
  }

  private static DynamicRanges read(String text) {
    return TensorRtCache.fromText(text).ranges();
  }

  private void assertRefused(String text, String problem) throws IOException {
    Path file = folder.resolve("bad.cache");
    Files.writeString(file, text, StandardCharsets.UTF_8);
    assertThatThrownBy(() -> TensorRtCache.read(file))
        .isInstanceOf(CalibrationTableException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(problem);
  }
}
