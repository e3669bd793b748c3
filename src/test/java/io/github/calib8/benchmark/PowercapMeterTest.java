package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowercapMeterTest {
  private static final Offset<Double> MICROJOULE = within(1e-6);

  @TempDir private Path root;

  private Path zone(String directory, String name, long energy) throws IOException {
    Path zone = Files.createDirectory(root.resolve(directory));
    Files.writeString(zone.resolve("name"), name + "\n");
    Files.writeString(zone.resolve("max_energy_range_uj"), "1000000\n");
    count(zone, energy);
    return zone;
  }

  private static void count(Path zone, long energy) throws IOException {
    Files.writeString(zone.resolve("energy_uj"), energy + "\n");
  }

  @Test
  void energyIsWhatTheCounterGained() throws IOException {
    Path zone = zone("intel-rapl:0", "package-0", 400_000);
    EnergyMeter meter = PowercapMeter.of(root);
    assertThat(meter.joules()).hasValue(0);
    count(zone, 700_000);
    assertThat(meter.joules().getAsDouble()).isCloseTo(0.3, MICROJOULE);
    assertThat(meter.name()).isEqualTo("Linux powercap, processor packages: 1");
  }

  @Test
  void counterMayStartAgainFromZero() throws IOException {
    Path zone = zone("intel-rapl:0", "package-0", 900_000);
    EnergyMeter meter = PowercapMeter.of(root);
    count(zone, 100_000);
    assertThat(meter.joules().getAsDouble()).isCloseTo(0.2, MICROJOULE);
    count(zone, 50_000);
    assertThat(meter.joules().getAsDouble()).isCloseTo(1.15, MICROJOULE);
  }

  @Test
  void packagesAddUpAndPartsOfThemDoNotCount() throws IOException {
    Path first = zone("intel-rapl:0", "package-0", 0);
    Path second = zone("intel-rapl:1", "package-1", 0);
    Path core = zone("intel-rapl:0:0", "core", 0);
    Path again = zone("intel-rapl-mmio:0", "package-0", 0);
    Path board = zone("intel-rapl:2", "psys", 0);
    EnergyMeter meter = PowercapMeter.of(root);
    for (Path zone : new Path[] {first, second, core, again, board}) {
      count(zone, 100_000);
    }
    assertThat(meter.joules().getAsDouble()).isCloseTo(0.2, MICROJOULE);
  }

  @Test
  void unreadableCounterIsNoMeter() throws IOException {
    Path zone = zone("intel-rapl:0", "package-0", 0);
    // Tests may run as root, who may read any file, but no directory.
    Files.delete(zone.resolve("energy_uj"));
    Files.createDirectory(zone.resolve("energy_uj"));
    EnergyMeter meter = PowercapMeter.of(root);
    assertThat(meter.joules()).isEmpty();
    assertThat(meter.name()).startsWith("energy meter in " + root + " not readable");
  }

  @Test
  void counterThatBecomesUnreadableTellsNothing() throws IOException {
    Path zone = zone("intel-rapl:0", "package-0", 0);
    EnergyMeter meter = PowercapMeter.of(root);
    Files.writeString(zone.resolve("energy_uj"), "?");
    assertThat(meter.joules()).isEmpty();
  }

  @Test
  void systemWithoutPowercapHasNoMeter() {
    EnergyMeter meter = PowercapMeter.of(root.resolve("powercap"));
    assertThat(meter.joules()).isEmpty();
    assertThat(meter.name()).startsWith("no energy meter");
    assertThat(PowercapMeter.of(root).name()).contains("lists no processor package");
  }
}
