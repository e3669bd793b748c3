package io.github.calib8.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputDivergenceTest {
  /** Else one class alone would decide about the weights of a network that segments. */
  @ParameterizedTest
  @CsvSource({"512, 512, 21", "1024, 1024, 4", "64, 512, 512", "3, 641, 641", "1, 1, 1000"})
  void fewValuesAreOfAllChannelsRowsAndColumns(int first, int second, int third) {
    int values = first * second * third;
    int stride = OutputDivergence.stride(values);
    Set<Integer> firsts = new HashSet<>();
    Set<Integer> seconds = new HashSet<>();
    Set<Integer> thirds = new HashSet<>();
    int count = 0;
    for (int at = 0; at < values; at += stride, count++) {
      firsts.add(at / third / second);
      seconds.add(at / third % second);
      thirds.add(at % third);
    }
    assertThat(count).isBetween(Math.min(values, 1 << 17), 1 << 18);
    assertThat(firsts).hasSize(first);
    assertThat(seconds).hasSize(second);
    assertThat(thirds).hasSize(third);
  }
}
