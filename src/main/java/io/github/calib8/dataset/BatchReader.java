package io.github.calib8.dataset;

import java.util.Iterator;
import java.util.List;

/** Delivers batches in order; each one is for the caller to close. For one thread. */
public sealed interface BatchReader extends Iterator<ImageBatch>, AutoCloseable
    permits BatchLoader, TensorReader {
  /**
   * Returns the names of the images that were skipped in the batches so far.
   *
   * @return the names in order, an unmodifiable copy
   */
  List<String> skipped();

  /**
   * Returns what was wrong with those that were skipped since {@link #next()} gave the last batch,
   * as far as {@link #hasNext()} has looked; {@code next()} forgets it.
   *
   * @return an exception an image, which it names, in order; an unmodifiable copy
   */
  List<DatasetException> failures();

  /** Ends the delivery; does nothing the second time. */
  @Override
  void close();
}
