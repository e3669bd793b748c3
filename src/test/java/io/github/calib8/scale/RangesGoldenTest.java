package io.github.calib8.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Files that other programs' libraries wrote: see ranges-golden.py beside them. */
class RangesGoldenTest {
  private static final DynamicRanges RANGES =
      DynamicRanges.of(
          List.of(
              new DynamicRange("data", 150.1875),
              new DynamicRange("conv1/7x7_s2", 6),
              new DynamicRange("a: b", 0.1),
              new DynamicRange("größe", 1e-30),
              new DynamicRange("large", 3e38),
              new DynamicRange("leading zero", 1e-36)));

  @Test
  void cacheIsTheGoldenOneByteForByte() throws IOException {
    TensorRtCache cache = TensorRtCache.of(TensorRtHeader.DEFAULT, RANGES);

    assertThat(cache.toText().getBytes("UTF-8")).isEqualTo(golden("golden.cache"));
  }

  @Test
  void flatbuffersAreTheGoldenOnesByteForByte() throws IOException {
    assertThat(RANGES.toFlatbuffers()).isEqualTo(golden("golden.flatbuffers"));
  }

  @Test
  void goldenFlatbuffersHoldTheVeryRanges() throws IOException {
    assertThat(DynamicRanges.fromFlatbuffers(golden("golden.flatbuffers")).ranges())
        .containsExactlyInAnyOrderElementsOf(RANGES.ranges());
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream file = RangesGoldenTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(file, name).readAllBytes();
    }
  }
}
