package io.github.calib8.benchmark;

import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * Tells how much energy a device has taken.
 *
 * <p>An accumulator: {@link #joules} must be asked now and then, often enough for its counter not
 * to run over twice, or for its samples of the power to be dense. Not thread-safe.
 */
public interface EnergyMeter {
  /**
   * The meter's name, or why there is nothing to read.
   *
   * @return a line for people
   */
  String name();

  /**
   * The energy since some moment before the first call.
   *
   * @return joules, never less than before; empty where the meter cannot be read
   */
  OptionalDouble joules();

  /**
   * The processor's own counters, of all its packages: Linux's powercap (RAPL).
   *
   * @return the meter; one that is never readable where the system has none or keeps it from this
   *     user
   * @see <a href="https://docs.kernel.org/power/powercap/powercap.html">Power Capping Framework</a>
   */
  static EnergyMeter processor() {
    return PowercapMeter.of(Path.of("/sys/class/powercap"));
  }

  /**
   * All NVIDIA devices together: their own counters of energy, or their power sampled by {@code
   * nvidia-smi} where one of them has none.
   *
   * @return the meter; one that is never readable where there is no such device
   */
  static EnergyMeter nvidia() {
    return NvmlMeter.current().orElseGet(NvidiaSmiMeter::current);
  }

  /**
   * No meter.
   *
   * @param reason why, for people
   * @return a meter that is never readable
   */
  static EnergyMeter none(String reason) {
    return new EnergyMeter() {
      @Override
      public String name() {
        return reason;
      }

      @Override
      public OptionalDouble joules() {
        return OptionalDouble.empty();
      }
    };
  }
}
