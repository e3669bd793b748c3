package io.github.calib8.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory this process may still take without swapping, or being killed for it. */
final class AvailableMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB$");
  private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB$");

  private AvailableMemory() {}

  static long bytes() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Runtime runtime = Runtime.getRuntime();
    long heapGrowth = runtime.maxMemory() - runtime.totalMemory();
    return Math.max(
        0, of(meminfo(), system.getTotalMemorySize(), system.getFreeMemorySize()) - heapGrowth);
  }

  private static Optional<String> meminfo() {
    try {
      return Optional.of(Files.readString(MEMINFO));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Chooses between two sources. Linux counts caches that it would give up; the Java runtime knows
   * a container's limit (control groups, version 1 and 2), which then is what it calls the total.
   *
   * @param meminfo Linux's list, if there is one
   * @param total the runtime's total
   * @param free what the runtime calls free
   */
  static long of(Optional<String> meminfo, long total, long free) {
    OptionalLong available = find(meminfo, AVAILABLE);
    if (available.isEmpty()) {
      return free;
    }
    boolean contained = total < find(meminfo, TOTAL).orElse(0);
    return contained ? Math.min(free, available.getAsLong()) : available.getAsLong();
  }

  private static OptionalLong find(Optional<String> meminfo, Pattern line) {
    Matcher matcher = line.matcher(meminfo.orElse(""));
    return matcher.find()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)) * 1024)
        : OptionalLong.empty();
  }
}
