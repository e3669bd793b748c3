package io.github.calib8.work;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/** What work on another thread ended with: its result, or its own exception. */
@Internal
public final class Outcome {
  private Outcome() {}

  /**
   * A wait for a result, such as {@code future::get}.
   *
   * @param <T> the result
   */
  @FunctionalInterface
  public interface Waiting<T> {
    /**
     * Waits.
     *
     * @return the result
     * @throws InterruptedException if the waiting thread is interrupted
     * @throws ExecutionException if the work threw something
     */
    T get() throws InterruptedException, ExecutionException;
  }

  /**
   * Waits for work.
   *
   * @param <T> the result
   * @param waiting the wait
   * @param doing what is interrupted if the wait is, as in {@code Interrupted while calibrating}
   * @return the result
   * @throws RuntimeException what the work threw, or an error of it; an {@link
   *     IllegalStateException} around a checked exception
   * @throws CancellationException if the thread is interrupted, whose interrupted status is then
   *     set; the work may still be running
   */
  public static <T> T of(Waiting<T> waiting, String doing) {
    try {
      return waiting.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException canceled = new CancellationException("Interrupted while " + doing);
      canceled.initCause(e);
      throw canceled;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }
}
