package io.github.calib8.benchmark;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads a meter once in a while for as long as it is open. Thread-safe. */
final class PowerRecorder implements AutoCloseable {
  /** RAPL counters run over after minutes; nvidia-smi costs a core some milliseconds a call. */
  private static final long PERIOD_MILLIS = 500;

  private final EnergyMeter meter;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "calib8-energy");
            thread.setDaemon(true);
            return thread;
          });

  PowerRecorder(EnergyMeter meter) {
    this.meter = meter;
    if (joules().isPresent()) {
      timer.scheduleAtFixedRate(this::joules, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  synchronized OptionalDouble joules() {
    return meter.joules();
  }

  /**
   * The average power while this thread sleeps; empty, and at once, if there is nothing to read.
   */
  OptionalDouble idleWatts(Duration time) throws InterruptedException {
    OptionalDouble before = joules();
    if (before.isEmpty()) {
      return before;
    }
    long start = System.nanoTime();
    Thread.sleep(time.toMillis());
    OptionalDouble after = joules();
    double seconds = (System.nanoTime() - start) / 1e9;
    return after.isEmpty()
        ? after
        : OptionalDouble.of((after.getAsDouble() - before.getAsDouble()) / seconds);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
