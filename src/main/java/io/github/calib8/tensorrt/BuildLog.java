package io.github.calib8.tensorrt;

import io.github.calib8.work.Internal;

/** Hears what TensorRT says while it builds an engine. */
@Internal
@FunctionalInterface
public interface BuildLog {
  /**
   * Called for each line.
   *
   * @param severity 0 for an internal error, 1 error, 2 warning, 3 information, 4 detail
   * @param text the line
   */
  void say(int severity, String text);
}
