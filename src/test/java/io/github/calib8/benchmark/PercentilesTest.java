package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
  @Test
  void percentilesAreLinearBetweenRanks() {
    // numpy.percentile([1, 2, 4, 8], [0, 25, 50, 90, 100])
    Percentiles percentiles = new Percentiles(List.of(8.0, 1.0, 4.0, 2.0));
    assertThat(percentiles.at(0)).isEqualTo(1);
    assertThat(percentiles.at(25)).isEqualTo(1.75);
    assertThat(percentiles.at(50)).isEqualTo(3);
    assertThat(percentiles.at(90)).isCloseTo(6.8, within(1e-12));
    assertThat(percentiles.at(100)).isEqualTo(8);
  }

  @Test
  void allPercentilesOfOneValueAreThatValue() {
    Percentiles percentiles = new Percentiles(List.of(3.0));
    assertThat(percentiles.at(1)).isEqualTo(3);
    assertThat(percentiles.at(99)).isEqualTo(3);
  }

  @Test
  void noValuesAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Percentiles(List.of()));
  }

  @Test
  void latencyIsThatOfAllRuns() {
    List<Double> runs =
        IntStream.rangeClosed(0, 100)
            .mapToObj(Double::valueOf)
            .sorted(Collections.reverseOrder())
            .toList();
    assertThat(Latency.of(runs)).isEqualTo(new Latency(50, 90, 99));
  }

  @Test
  void spreadIsMedianLeastAndGreatest() {
    assertThat(Spread.of(List.of(3.0, 1.0, 5.0, 2.0, 4.0))).isEqualTo(new Spread(3, 1, 5));
    assertThat(Spread.of(List.of(1.0, 2.0))).isEqualTo(new Spread(1.5, 1, 2));
  }
}
