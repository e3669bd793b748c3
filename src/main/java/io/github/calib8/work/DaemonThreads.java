package io.github.calib8.work;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Pools of threads that do not keep the process from ending. */
@Internal
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
    return Executors.newFixedThreadPool(
        count, new ThreadFactoryBuilder().setDaemon(true).setNameFormat(name + "-%d").build());
  }

  /**
   * Drops what has not begun, interrupts what has, and waits until it has ended, however often this
   * thread is interrupted meanwhile: then nobody uses the memory any more that the threads shared.
   *
   * @param threads the pool; already shut down or not
   */
  public static void end(ExecutorService threads) {
    threads.shutdownNow();
    Uninterruptibles.awaitTerminationUninterruptibly(threads);
  }

  /**
   * Likewise for threads that may never end, as those that wait for a file on a dead server: leaves
   * them to themselves after a while.
   *
   * @param threads the pool; already shut down or not
   * @param patience how long to wait for them, even if this thread is interrupted
   * @param afterwards is run when they have ended, on this thread or, if that takes longer, on
   *     another one
   */
  public static void end(ExecutorService threads, Duration patience, Runnable afterwards) {
    threads.shutdownNow();
    if (Uninterruptibles.awaitTerminationUninterruptibly(threads, patience)) {
      afterwards.run();
      return;
    }
    Runnable later =
        () -> {
          end(threads);
          afterwards.run();
        };
    Thread last = new Thread(later, "calib8-afterwards");
    last.setDaemon(true);
    last.start();
  }
}
