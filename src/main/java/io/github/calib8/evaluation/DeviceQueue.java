package io.github.calib8.evaluation;

import io.github.calib8.work.DaemonThreads;
import io.github.calib8.work.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.IntFunction;

/**
 * Gives each piece of work to a device that is idle, and the results back in the order of the
 * pieces, so that nothing depends on which device was faster. To be used by one thread.
 *
 * @param <R> a result
 */
final class DeviceQueue<R> implements AutoCloseable {

  private final BlockingQueue<Integer> idle;
  private final ExecutorService threads;
  private final Deque<CompletableFuture<R>> pending = new ArrayDeque<>();
  private final int mostPending;

  /**
   * Starts a thread for each device.
   *
   * @param devices how many there are; they are known by their numbers, from 0
   */
  DeviceQueue(int devices) {
    this.idle = new ArrayBlockingQueue<>(devices);
    for (int device = 0; device < devices; device++) {
      idle.add(device);
    }
    this.threads = DaemonThreads.fixed(devices, "calib8-evaluation");
    // One more than there are devices: the next one starts at once where one ends.
    this.mostPending = devices + 1;
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Whether a result should be taken before more work is given. */
  boolean isFull() {
    return pending.size() == mostPending;
  }

  /** Has a piece of work done on a device, whose number it is given. */
  void submit(IntFunction<R> work) {
    pending.add(
        CompletableFuture.supplyAsync(
            () -> {
              // There are as many threads as devices: one is idle.
              int device = idle.remove();
              try {
                return work.apply(device);
              } finally {
                idle.add(device);
              }
            },
            threads));
  }

  /**
   * Waits for the result of the oldest piece and returns it.
   *
   * @throws RuntimeException what the work threw
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  R take() {
    CompletableFuture<R> oldest = pending.element();
    try {
      return Outcome.of(oldest::get, "evaluating");
    } finally {
      // If it is still running, close waits for it.
      if (oldest.isDone()) {
        pending.remove();
      }
    }
  }

  /** Waits for what was given to the devices, and forgets it. */
  @Override
  public void close() {
    threads.shutdown();
    while (!pending.isEmpty()) {
      pending.remove().handle((result, failure) -> null).join();
    }
  }
}
