package io.github.calib8.dataset;

import io.github.calib8.work.Arguments;
import java.util.Objects;

/**
 * How a {@link BatchLoader} works; none of it changes the values that the loader delivers, skipped
 * images apart.
 *
 * <p>Immutable and safe for use by several threads.
 *
 * @param threads number of threads that decode and preprocess, at least 1; as many as there are
 *     processors by default
 * @param prefetch number of batches decoded ahead of the one being used, at least 1; 2 by default.
 *     Off-heap memory: at most {@code prefetch + 1} batches, beside those that the caller has not
 *     closed
 * @param unreadable what to do about an image that cannot be read; {@link UnreadableImages#FAIL} by
 *     default
 */
public record LoaderOptions(int threads, int prefetch, UnreadableImages unreadable) {
  /** Checks the arguments. */
  public LoaderOptions {
    Arguments.atLeast(1, threads, "threads");
    Arguments.atLeast(1, prefetch, "prefetch");
    Objects.requireNonNull(unreadable, "unreadable");
  }

  /**
   * Returns the defaults: one thread a processor, two batches ahead, and an unreadable image is an
   * error.
   *
   * @return the defaults
   */
  public static LoaderOptions defaults() {
    return new LoaderOptions(Runtime.getRuntime().availableProcessors(), 2, UnreadableImages.FAIL);
  }

  /**
   * Returns these options with another number of threads.
   *
   * @param threads number of threads, at least 1
   * @return the changed options
   */
  public LoaderOptions withThreads(int threads) {
    return new LoaderOptions(threads, prefetch, unreadable);
  }

  /**
   * Returns these options with another number of batches decoded ahead.
   *
   * @param prefetch number of batches, at least 1
   * @return the changed options
   */
  public LoaderOptions withPrefetch(int prefetch) {
    return new LoaderOptions(threads, prefetch, unreadable);
  }

  /**
   * Returns these options with another answer to unreadable images.
   *
   * @param unreadable what to do about them
   * @return the changed options
   */
  public LoaderOptions withUnreadable(UnreadableImages unreadable) {
    return new LoaderOptions(threads, prefetch, unreadable);
  }
}
