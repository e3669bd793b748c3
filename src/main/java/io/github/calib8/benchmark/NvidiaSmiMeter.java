package io.github.calib8.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Integrates the power that nvidia-smi tells, linear between two samples. */
final class NvidiaSmiMeter implements EnergyMeter {
  private static final List<String> COMMAND =
      List.of("nvidia-smi", "--query-gpu=power.draw", "--format=csv,noheader,nounits");
  private static final double NANO = 1e-9;

  private final Supplier<String> output;
  private final LongSupplier clock;
  private OptionalDouble lastWatts = OptionalDouble.empty();
  private long lastTime;
  private double sum;

  /**
   * Takes the place of the command and the clock.
   *
   * @param output what the command prints, a line a device
   * @param clock nanoseconds from any origin
   */
  NvidiaSmiMeter(Supplier<String> output, LongSupplier clock) {
    this.output = output;
    this.clock = clock;
  }

  static EnergyMeter current() {
    return watts(query()).isPresent()
        ? new NvidiaSmiMeter(NvidiaSmiMeter::query, System::nanoTime)
        : EnergyMeter.none("no energy meter (nvidia-smi tells no power)");
  }

  /** What the command prints; nothing where there is no such command. */
  private static String query() {
    try {
      Process process =
          new ProcessBuilder(COMMAND).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** The power of all devices that tell it; others print {@code [N/A]} or an error. */
  static OptionalDouble watts(String output) {
    List<Double> devices =
        output
            .lines()
            .map(String::strip)
            .filter(NvidiaSmiMeter::isNumber)
            .map(Double::valueOf)
            .toList();
    return devices.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(devices.stream().mapToDouble(Double::doubleValue).sum());
  }

  private static boolean isNumber(String text) {
    return text.matches("\\d+(\\.\\d+)?");
  }

  @Override
  public String name() {
    return "nvidia-smi, all devices";
  }

  @Override
  public OptionalDouble joules() {
    OptionalDouble watts = watts(output.get());
    long time = clock.getAsLong();
    if (watts.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (lastWatts.isPresent()) {
      double mean = (watts.getAsDouble() + lastWatts.getAsDouble()) / 2;
      sum += mean * (time - lastTime) * NANO;
    }
    lastWatts = watts;
    lastTime = time;
    return OptionalDouble.of(sum);
  }
}
