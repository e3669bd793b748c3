package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private static Samples samples(OptionalDouble joules, double... seconds) {
    Samples samples = new Samples();
    for (double time : seconds) {
      samples.add(new Slice(10, time, List.of(time * 1000), joules));
    }
    return samples;
  }

  @Test
  void throughputIsAllImagesByAllTime() {
    Performance performance =
        samples(OptionalDouble.empty(), 1, 3).performance(OptionalDouble.empty());
    assertThat(performance.imagesPerSecond()).isEqualTo(5);
    assertThat(performance.latency().p50()).isEqualTo(2000);
  }

  @Test
  void ratiosAreThoseOfEachRepeat() {
    Samples fast = samples(OptionalDouble.empty(), 1, 2, 1);
    Samples slow = samples(OptionalDouble.empty(), 3, 8, 2);
    assertThat(fast.over(slow)).isEqualTo(new Spread(3, 2, 4));
  }

  @Test
  void idlePowerDoesNotCount() {
    // 30 J in 2 s are 15 W, 5 W of them idle: 10 images/s with 10 W.
    Performance performance =
        samples(OptionalDouble.of(15), 1, 1).performance(OptionalDouble.of(5));
    assertThat(performance.watts()).hasValue(10);
    assertThat(performance.imagesPerSecondPerWatt().getAsDouble()).isCloseTo(1, within(1e-12));
  }

  @Test
  void powerThatIsNotAboveIdleGivesNoEfficiency() {
    Performance performance = samples(OptionalDouble.of(5), 1, 1).performance(OptionalDouble.of(5));
    assertThat(performance.imagesPerSecondPerWatt()).isEmpty();
  }

  @Test
  void withoutAMeterThereIsNoEfficiency() {
    assertThat(samples(OptionalDouble.empty(), 1).performance(OptionalDouble.of(5)).watts())
        .isEmpty();
    assertThat(samples(OptionalDouble.of(5), 1).performance(OptionalDouble.empty()).watts())
        .isEmpty();
  }
}
