package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.report.Axis.Tick;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

  @Test
  void endsLieAtTheEnds() {
    Axis axis = new Axis(-1, 3, 100, 20);

    assertThat(axis.at(-1)).isEqualTo(100);
    assertThat(axis.at(3)).isEqualTo(20);
    assertThat(axis.at(0)).isEqualTo(80);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 30.7 | 0, 10, 20, 30",
        "-0.038 | 0.118 | 0, 0.05, 0.1",
        "-0.3 | 0.3 | -0.2, 0, 0.2",
        "0 | 1e-30 | 0, 2e-31, 4e-31, 6e-31, 8e-31, 1e-30",
        "0 | 3e9 | 0, 1e9, 2e9, 3e9"
      })
  void ticksAreRound(double from, double to, String labels) {
    assertThat(new Axis(from, to, 0, 1).ticks(5))
        .extracting(Tick::label)
        .containsExactly(labels.split(", "));
  }
}
