package io.github.calib8.benchmark;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads the energy that NVIDIA's devices count themselves, from Volta on: what lies between two
 * samples of their power is not lost.
 *
 * @see <a href="https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceQueries.html">NVML</a>
 */
final class NvmlMeter implements EnergyMeter {
  private static final String[] LIBRARIES = {
    "libnvidia-ml.so.1",
    "/usr/local/nvidia/lib64/libnvidia-ml.so.1",
    "/usr/lib/wsl/lib/libnvidia-ml.so.1"
  };

  private static final double MILLI = 1e-3;

  private final Nvml api;
  private final List<Pointer> devices;

  private NvmlMeter(Nvml api, List<Pointer> devices) {
    this.api = api;
    this.devices = devices;
  }

  /** The library's C interface. Every function returns 0, or an error's number. */
  interface Nvml extends Library {
    int nvmlInit_v2();

    int nvmlDeviceGetCount_v2(IntByReference count);

    int nvmlDeviceGetHandleByIndex_v2(int index, PointerByReference device);

    int nvmlDeviceGetTotalEnergyConsumption(Pointer device, LongByReference millijoules);
  }

  /** All devices of this machine; empty where one of them does not count. */
  static Optional<EnergyMeter> current() {
    for (String library : LIBRARIES) {
      try {
        return of(Native.load(library, Nvml.class));
      } catch (LinkageError e) {
        // The next one, then.
      }
    }
    return Optional.empty();
  }

  /** All devices of a library; empty where there is none, or one of them does not count. */
  static Optional<EnergyMeter> of(Nvml api) {
    IntByReference count = new IntByReference();
    if (api.nvmlInit_v2() != 0 || api.nvmlDeviceGetCount_v2(count) != 0 || count.getValue() == 0) {
      return Optional.empty();
    }
    List<Pointer> devices = new ArrayList<>();
    for (int i = 0; i < count.getValue(); i++) {
      PointerByReference device = new PointerByReference();
      if (api.nvmlDeviceGetHandleByIndex_v2(i, device) != 0) {
        return Optional.empty();
      }
      devices.add(device.getValue());
    }
    NvmlMeter meter = new NvmlMeter(api, devices);
    return meter.joules().isPresent() ? Optional.of(meter) : Optional.empty();
  }

  @Override
  public String name() {
    return "NVML, all devices";
  }

  @Override
  public OptionalDouble joules() {
    double sum = 0;
    LongByReference millijoules = new LongByReference();
    for (Pointer device : devices) {
      if (api.nvmlDeviceGetTotalEnergyConsumption(device, millijoules) != 0) {
        return OptionalDouble.empty();
      }
      sum += millijoules.getValue() * MILLI;
    }
    return OptionalDouble.of(sum);
  }
}
