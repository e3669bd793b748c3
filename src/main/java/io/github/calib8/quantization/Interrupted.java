package io.github.calib8.quantization;

import java.util.concurrent.CancellationException;

/** Lets long arithmetic end early. */
final class Interrupted {
  private Interrupted() {}

  /**
   * Does nothing on a thread that is not interrupted.
   *
   * @throws CancellationException if it is; it stays so
   */
  static void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("Interrupted while rounding weights");
    }
  }
}
