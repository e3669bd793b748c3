package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.RangeDifference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorDifferencesTest {
  private static QuantizationError error(double sqnr, double clipped) {
    return new QuantizationError(sqnr, 1.5, clipped);
  }

  @Test
  void whatChangesTheSquaredErrorMostComesFirstHoweverFarTheThresholdsAreApart() {
    // From 40 dB to 20 dB is more noise than from 60 dB to 30 dB, and than from 30 dB to 28 dB.
    ErrorDifferences errors =
        new ErrorDifferences(
            Map.of("a", error(60, 0), "b", error(40, 0), "c", error(28, 0)),
            Map.of("a", error(30, 0), "b", error(20, 0.01), "c", error(30, 0)));
    List<RangeDifference> byRatio =
        List.of(
            new RangeDifference("unknown", 1, 9),
            new RangeDifference("a", 1, 5),
            new RangeDifference("c", 1, 3),
            new RangeDifference("b", 1, 2));

    assertThat(errors.sorted(byRatio))
        .extracting(RangeDifference::tensor)
        .containsExactly("b", "a", "c", "unknown");
    assertThat(errors.cells("b")).containsExactly("40.0", "20.0", "0.0000", "1.0000");
    assertThat(errors.cells("unknown")).containsExactly("-", "-", "-", "-");
  }

  @Test
  void nothingIsKnownWhereNoTensorIsInBoth() {
    assertThat(new ErrorDifferences(Map.of("a", error(60, 0)), Map.of()).areKnown()).isFalse();
    assertThat(
            new ErrorDifferences(Map.of("a", error(60, 0)), Map.of("a", error(50, 0))).areKnown())
        .isTrue();
  }
}
