package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NvmlMeterTest {

  /** Devices that have counted so many millijoules; one of -1 does not count. */
  private static NvmlMeter.Nvml devices(long... millijoules) {
    return new NvmlMeter.Nvml() {
      @Override
      public int nvmlInit_v2() {
        return 0;
      }

      @Override
      public int nvmlDeviceGetCount_v2(IntByReference count) {
        count.setValue(millijoules.length);
        return 0;
      }

      @Override
      public int nvmlDeviceGetHandleByIndex_v2(int index, PointerByReference device) {
        device.setValue(new Pointer(index + 1));
        return 0;
      }

      @Override
      public int nvmlDeviceGetTotalEnergyConsumption(Pointer device, LongByReference made) {
        int index = Arrays.asList(new Pointer(1), new Pointer(2)).indexOf(device);
        made.setValue(millijoules[index]);
        return millijoules[index] < 0 ? 3 : 0;
      }
    };
  }

  @Test
  void energyOfAllDevicesAddsUpInJoules() {
    EnergyMeter meter = NvmlMeter.of(devices(1_500, 2_250)).orElseThrow();
    assertThat(meter.joules().getAsDouble()).isCloseTo(3.75, within(1e-9));
  }

  @Test
  void whereOneDeviceDoesNotCountThereIsNoMeter() {
    assertThat(NvmlMeter.of(devices(1_500, -1))).isEmpty();
    assertThat(NvmlMeter.of(devices())).isEmpty();
  }

  @Test
  void withoutADriverThereIsNoMeterAndNoError() {
    assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is no GPU");
    assertThat(NvmlMeter.current()).isEmpty();
  }
}
