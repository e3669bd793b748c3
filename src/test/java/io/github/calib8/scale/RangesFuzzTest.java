package io.github.calib8.scale;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.calib8.fuzz.Fuzzing;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangesFuzzTest {
  private static final DynamicRanges RANGES =
      DynamicRanges.of(
          List.of(
              new DynamicRange("data", 150.1875),
              new DynamicRange("conv1/7x7_s2", 6),
              new DynamicRange("a: b", 0.1),
              new DynamicRange("größe", 1e-30),
              new DynamicRange("(Unnamed Layer* 22) [Constant]_output", 3e38)));

  @Test
  void damagedCachesAreReadOrRefused() {
    String text = TensorRtCache.of(TensorRtHeader.DEFAULT, RANGES).toText();
    Fuzzing.check(
        List.of(text.getBytes(UTF_8), text.replace(": 0", ": ").getBytes(UTF_8)),
        file -> {
          String once = TensorRtCache.fromText(text(file)).toText();
          String twice = TensorRtCache.fromText(once).toText();
          if (!twice.equals(once)) {
            throw new AssertionError(once + twice);
          }
        },
        CalibrationTableException.class);
  }

  @Test
  void damagedFlatbuffersAreReadOrRefused() {
    Fuzzing.check(
        List.of(
            RANGES.toFlatbuffers(),
            DynamicRanges.of(RANGES.ranges().subList(0, 1)).toFlatbuffers()),
        file -> {
          DynamicRanges once = DynamicRanges.fromFlatbuffers(file);
          DynamicRanges twice = DynamicRanges.fromFlatbuffers(once.toFlatbuffers());
          if (!once.without(twice).isEmpty() || once.diff(twice).get(0).percent() != 0) {
            throw new AssertionError(once.ranges() + "\n" + twice.ranges());
          }
        },
        CalibrationTableException.class);
  }

  /** As the reader of files does. */
  private static String text(byte[] file) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
    } catch (CharacterCodingException e) {
      throw new CalibrationTableException("expected UTF-8 text", e);
    }
  }
}
