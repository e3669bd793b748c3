package io.github.calib8.engine;

import io.github.calib8.work.Internal;

/** Images that are run again and again, for measuring. For one thread. */
@Internal
public interface LoadedBatch extends AutoCloseable {
  /**
   * Runs them, one run after the other, and waits for the last.
   *
   * @param times 1 or more
   * @throws EngineException if the engine fails
   */
  void run(int times);

  /**
   * How many runs at least make the waiting for the last one not count.
   *
   * @return 1 where every run is waited for anyway
   */
  int inARow();

  @Override
  void close();
}
