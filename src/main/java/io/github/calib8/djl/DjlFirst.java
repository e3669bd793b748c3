package io.github.calib8.djl;

import ai.djl.engine.Engine;
import io.github.calib8.engine.EnginePrelude;

/**
 * Lets DJL start ONNX Runtime: it creates the environment with options of its own, and fails if
 * there is one, while everybody else takes the one that is there. Stateless, safe for several
 * threads.
 */
public final class DjlFirst implements EnginePrelude {
  private static final String ENGINE = "OnnxRuntime";

  /** For {@link java.util.ServiceLoader}. */
  public DjlFirst() {}

  /** Starts DJL's engine; does nothing where it is left out, or ONNX Runtime was started before. */
  @Override
  public void play() {
    try {
      Engine.getEngine(ENGINE);
    } catch (NoClassDefFoundError e) {
      // DJL was left out, or has failed to start before.
    } catch (ExceptionInInitializerError e) {
      if (!(e.getCause() instanceof IllegalStateException)) {
        throw e;
      }
      // Somebody else was first: DJL cannot use the environment, but we can.
    }
  }
}
