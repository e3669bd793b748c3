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
   * Returns what was wrong with them.
   *
   * @return as many as {@link #skipped()}, in the same order, an unmodifiable copy
   */
  List<DatasetException> failures();

  /** Ends the delivery; does nothing the second time. */
  @Override
  void close();
}
