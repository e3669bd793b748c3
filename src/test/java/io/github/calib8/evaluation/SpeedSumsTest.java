package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpeedSumsTest {

  private static SpeedSums of(double... seconds) {
    SpeedSums sums = SpeedSums.NONE;
    for (int i = 0; i < seconds.length; i += 2) {
      sums = sums.plus(SpeedSums.of(seconds[i], seconds[i + 1]));
    }
    return sums;
  }

  @Test
  void twoBatchesHaveNoSpread() {
    assertThat(of(2, 1, 3, 1).interval95(2.5)).isEmpty();
  }

  @Test
  void batchesOfOneRatioHaveNoSpreadHoweverLongTheyAre() {
    Interval interval = of(2, 1, 8, 4, 5, 2.5).interval95(2).orElseThrow();

    assertThat(interval.lower()).isCloseTo(2, within(1e-6));
    assertThat(interval.upper()).isCloseTo(2, within(1e-6));
  }

  /**
   * The mean of 2, 3, 2 and 3 has a standard error of 0.288675; the quantile of t(3) is 3.182446.
   */
  @Test
  void theIntervalIsThatOfStudentForBatchesOfOneLength() {
    Interval interval = of(2, 1, 3, 1, 2, 1, 3, 1).interval95(2.5).orElseThrow();

    assertThat(interval.upper() - 2.5).isCloseTo(3.182446 * 0.288675, within(1e-4));
    assertThat(2.5 - interval.lower()).isCloseTo(3.182446 * 0.288675, within(1e-4));
  }
}
