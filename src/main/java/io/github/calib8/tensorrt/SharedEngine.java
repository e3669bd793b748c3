package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineBuild;

/** An engine that several sessions run, each in a context of its own. Guarded by its GPU. */
final class SharedEngine {
  private final TensorRt gpu;
  private final EngineKey key;
  private final NativeEngine engine;
  private final EngineBuild build;
  private int users;

  SharedEngine(
      TensorRt gpu, EngineKey key, NativeEngine engine, EngineCache.Entry entry, boolean isKept) {
    this.gpu = gpu;
    this.key = key;
    this.engine = engine;
    try {
      EngineLayers layers = EngineLayers.of(engine.layers());
      this.build =
          new EngineBuild(
              entry.seconds(), isKept, entry.engine().length, layers.count(), layers.inIntegers());
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  EngineKey key() {
    return key;
  }

  NativeEngine engine() {
    return engine;
  }

  EngineBuild build() {
    return build;
  }

  void retain() {
    users++;
  }

  /** Whether that was the last user; then the engine is freed. */
  boolean releaseOne() {
    users--;
    if (users == 0) {
      engine.close();
    }
    return users == 0;
  }

  /** To be called once for each time that the engine was handed out. */
  void release() {
    gpu.release(this);
  }
}
