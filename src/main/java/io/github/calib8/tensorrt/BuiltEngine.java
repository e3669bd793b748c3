package io.github.calib8.tensorrt;

import io.github.calib8.work.Internal;

/** What came out of a build. Thread-safe, as nobody changes the arrays, which are not copied. */
@Internal
public final class BuiltEngine {
  private final byte[] engine;
  private final byte[] timingCache;

  /**
   * Holds both.
   *
   * @param engine the serialized engine
   * @param timingCache how long kernels took, for the next build
   */
  public BuiltEngine(byte[] engine, byte[] timingCache) {
    this.engine = engine;
    this.timingCache = timingCache;
  }

  byte[] engine() {
    return engine;
  }

  byte[] timingCache() {
    return timingCache;
  }
}
