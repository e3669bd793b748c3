package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AvailableMemoryTest {
  private static final long KILO = 1024;
  private static final Optional<String> MEMINFO =
      Optional.of(
          """
          MemTotal:       24684084 kB
          MemFree:        17082544 kB
          MemAvailable:   22406716 kB
          """);

  @Test
  void cachesCountAsAvailable() {
    assertThat(AvailableMemory.of(MEMINFO, 24684084 * KILO, 17082544 * KILO))
        .isEqualTo(22406716 * KILO);
  }

  @Test
  void containerMayNotTakeAllThatIsAvailable() {
    assertThat(AvailableMemory.of(MEMINFO, 4_000_000 * KILO, 3_000_000 * KILO))
        .isEqualTo(3_000_000 * KILO);
  }

  @Test
  void containerLimitAboveWhatIsAvailableDoesNotCount() {
    assertThat(AvailableMemory.of(MEMINFO, 24_000_000 * KILO, 23_000_000 * KILO))
        .isEqualTo(22406716 * KILO);
  }

  @Test
  void otherSystemsTellWhatIsFree() {
    assertThat(AvailableMemory.of(Optional.empty(), 100, 60)).isEqualTo(60);
  }

  @Test
  void thisMachineHasMemory() {
    assertThat(AvailableMemory.bytes()).isPositive();
  }
}
