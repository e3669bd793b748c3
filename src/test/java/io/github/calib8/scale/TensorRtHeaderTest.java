package io.github.calib8.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorRtHeaderTest {

  @ParameterizedTest
  @CsvSource({
    "7, 0, 0, 7000",
    "8, 6, 1, 8601",
    "9, 3, 0, 9300",
    "10, 0, 1, 100001",
    "10, 9, 0, 100900",
    "10, 13, 2, 101302"
  })
  void versionsAreNumberedAsTheReleaseNumbersThem(int major, int minor, int patch, int version) {
    TensorRtHeader header = TensorRtHeader.of(major, minor, patch, "EntropyCalibration2");

    assertThat(header.version()).isEqualTo(version);
    assertThat(header.release()).isEqualTo(major + "." + minor + "." + patch);
    assertThat(header).hasToString("TRT-" + version + "-EntropyCalibration2");
    assertThat(TensorRtHeader.parse(header.toString())).isEqualTo(header);
  }

  @Test
  void theAlgorithmIsFree() {
    assertThat(TensorRtHeader.parse("TRT-5105-LegacyCalibration").algorithm())
        .isEqualTo("LegacyCalibration");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "TRT-8601",
        "TRT-8601-",
        "TRT-08601-EntropyCalibration2",
        "TRT-860-EntropyCalibration2",
        "TRT-86010-EntropyCalibration2",
        "TRT-9999999999-EntropyCalibration2",
        "TRT-8601-Entropy Calibration2",
        "trt-8601-EntropyCalibration2",
        " TRT-8601-EntropyCalibration2",
        "data: 3c008912"
      })
  void otherLinesAreRefused(String line) {
    assertThatIllegalArgumentException().isThrownBy(() -> TensorRtHeader.parse(line));
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "8, 10, 0", "8, 6, 100", "10, 100, 0", "100, 0, 0", "-8, 0, 0"})
  void releasesThatCannotBeAreRefused(int major, int minor, int patch) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorRtHeader.of(major, minor, patch, "EntropyCalibration2"));
  }
}
