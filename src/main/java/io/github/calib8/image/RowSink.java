package io.github.calib8.image;

import io.github.calib8.work.Internal;

/** Receives an image row by row. */
@FunctionalInterface
@Internal
public interface RowSink {
  /**
   * Receives a row.
   *
   * @param y which one, from 0
   * @param samples of 0 to 255: all red ones, all green ones, all blue ones; valid during the call
   */
  void row(int y, int[] samples);
}
