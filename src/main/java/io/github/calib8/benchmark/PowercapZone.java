package io.github.calib8.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One energy counter, in microjoules, that starts again from zero at the end of its range. */
final class PowercapZone {
  private static final double MICRO = 1e-6;

  private final Path counter;
  private final long range;
  private long last;
  private long sum;

  private PowercapZone(Path zone) throws IOException {
    this.counter = zone.resolve("energy_uj");
    this.range = read(zone.resolve("max_energy_range_uj"));
    this.last = read(counter);
  }

  static List<PowercapZone> readAll(List<Path> zones) throws IOException {
    List<PowercapZone> counters = new ArrayList<>();
    for (Path zone : zones) {
      counters.add(new PowercapZone(zone));
    }
    return counters;
  }

  /** The energy since this object was made. */
  double joules() throws IOException {
    long now = read(counter);
    sum += now < last ? now + range - last : now - last;
    last = now;
    return sum * MICRO;
  }

  private static long read(Path file) throws IOException {
    String text = Files.readString(file).strip();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(file + ": expected a number, found '" + text + "'", e);
    }
  }
}
