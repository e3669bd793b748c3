package io.github.calib8.tensor;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** The memory of this process that direct buffers take, and from Java 22 on arenas. */
public final class DirectMemory {
  private DirectMemory() {}

  public static long used() {
    long buffers =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow()
            .getMemoryUsed();
    return Runtime.version().feature() < Arenas.JAVA ? buffers : buffers + Arenas.bytes();
  }
}
