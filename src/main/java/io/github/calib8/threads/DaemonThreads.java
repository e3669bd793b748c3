package io.github.calib8.threads;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Pools of threads that do not keep the process from ending. */
public final class DaemonThreads {
  private DaemonThreads() {}

  /**
   * Starts a pool.
   *
   * @param count the number of threads, 1 or more
   * @param name what the threads are called, before their numbers
   * @return the pool, for the caller to shut down
   */
  public static ExecutorService fixed(int count, String name) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        count,
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Drops what has not begun, interrupts what has, and waits until it has ended, however often this
   * thread is interrupted meanwhile: then nobody uses the memory any more that the threads shared.
   *
   * @param threads the pool; already shut down or not
   */
  public static void end(ExecutorService threads) {
    threads.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
