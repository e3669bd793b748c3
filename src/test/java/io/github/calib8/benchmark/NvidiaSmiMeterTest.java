package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class NvidiaSmiMeterTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void powerOfAllDevicesAddsUp() {
    assertThat(NvidiaSmiMeter.watts("69.13\n70.02\n").getAsDouble())
        .isCloseTo(139.15, within(1e-9));
    assertThat(NvidiaSmiMeter.watts("122.44\n")).hasValue(122.44); // recorded on an H200
  }

  @Test
  void devicesThatTellNoPowerDoNotCount() {
    assertThat(NvidiaSmiMeter.watts("[N/A]\n31.50\n")).hasValue(31.5);
    assertThat(NvidiaSmiMeter.watts("[Not Supported]\n")).isEmpty();
    assertThat(NvidiaSmiMeter.watts("[Unknown Error]\n")).isEmpty();
    assertThat(NvidiaSmiMeter.watts("No devices were found\n")).isEmpty();
    assertThat(NvidiaSmiMeter.watts("")).isEmpty();
  }

  @Test
  void energyIsThePowerOverTime() {
    Queue<String> outputs = new ArrayDeque<>(List.of("10.0\n", "20.0\n", "40.0\n"));
    Queue<Long> times = new ArrayDeque<>(List.of(5 * SECOND, 6 * SECOND, 8 * SECOND));
    EnergyMeter meter = new NvidiaSmiMeter(outputs::remove, times::remove);
    assertThat(meter.joules()).hasValue(0);
    assertThat(meter.joules().getAsDouble()).isCloseTo(15, within(1e-9));
    assertThat(meter.joules().getAsDouble()).isCloseTo(75, within(1e-9));
  }

  @Test
  void failingCommandTellsNothing() {
    assertThat(new NvidiaSmiMeter(() -> "", () -> 0).joules()).isEmpty();
  }
}
