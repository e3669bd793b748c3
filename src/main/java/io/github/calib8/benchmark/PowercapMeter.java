package io.github.calib8.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Adds up the energy counters of the processor's packages. */
final class PowercapMeter implements EnergyMeter {
  /*
   * Top-level zones only: intel-rapl:0:1 is a part of intel-rapl:0. AMD's processors are listed
   * under the same name. intel-rapl-mmio:0 counts package 0 a second time, and a zone named psys
   * counts the whole board.
   */
  private static final Pattern ZONE = Pattern.compile("intel-rapl:\\d+");
  private static final String PACKAGE = "package";

  private final List<PowercapZone> packages;

  private PowercapMeter(List<PowercapZone> packages) {
    this.packages = packages;
  }

  /**
   * Finds the packages.
   *
   * @param root {@code /sys/class/powercap}, or a copy of it
   */
  static EnergyMeter of(Path root) {
    if (!Files.isDirectory(root)) {
      return EnergyMeter.none("no energy meter (" + root + " is missing)");
    }
    try (Stream<Path> zones = Files.list(root)) {
      List<Path> found =
          zones
              .filter(zone -> ZONE.matcher(String.valueOf(zone.getFileName())).matches())
              .filter(PowercapMeter::isPackage)
              .sorted()
              .toList();
      if (found.isEmpty()) {
        return EnergyMeter.none("no energy meter (" + root + " lists no processor package)");
      }
      return new PowercapMeter(PowercapZone.readAll(found));
    } catch (IOException e) {
      return EnergyMeter.none("energy meter in " + root + " not readable (" + e + ")");
    }
  }

  private static boolean isPackage(Path zone) {
    try {
      return Files.readString(zone.resolve("name")).startsWith(PACKAGE);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String name() {
    return "Linux powercap, processor packages: " + packages.size();
  }

  @Override
  public OptionalDouble joules() {
    double sum = 0;
    try {
      for (PowercapZone zone : packages) {
        sum += zone.joules();
      }
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(sum);
  }
}
