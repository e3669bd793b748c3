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
    assertThat(Percentiles.of(List.of(8.0, 1.0, 4.0, 2.0), 0, 0.25, 0.5, 0.9, 1))
        .containsExactly(new double[] {1, 1.75, 3, 6.8, 8}, within(1e-12));
  }

  @Test
  void allPercentilesOfOneValueAreThatValue() {
    assertThat(Percentiles.of(List.of(3.0), 0.01, 0.99)).containsExactly(3, 3);
  }

  @Test
  void noValuesAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Percentiles.of(List.of(), 0.5));
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
