package io.github.calib8.djl;

import ai.djl.engine.Engine;
import io.github.calib8.engine.EnginePrelude;

/**
 * Lets DJL start ONNX Runtime: it creates the environment with options of its own, and fails if
 * there is one, while everybody else takes the one that is there. DJL reports its start to its
 * makers, and asks the machine's cloud where it is, unless told otherwise: here it is, for the time
 * of the start. Stateless, safe for several threads.
 */
public final class DjlFirst implements EnginePrelude {
  private static final String ENGINE = "OnnxRuntime";

  /** DJL's property that switches its telemetry off. */
  private static final String OPT_OUT = "OPT_OUT_TRACKING";

  /** For {@link java.util.ServiceLoader}. */
  public DjlFirst() {}

  /** Starts DJL's engine; does nothing where it is left out, or ONNX Runtime was started before. */
  @Override
  public void play() {
    if (System.getProperty(OPT_OUT) != null) {
      start();
      return;
    }
    System.setProperty(OPT_OUT, "true");
    try {
      start();
    } finally {
      System.clearProperty(OPT_OUT);
    }
  }

  private static void start() {
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
