package io.github.calib8.engine;

import io.github.calib8.work.Internal;

/** The engine's name and version, for reports and provenance. */
@Internal
public final class EngineVersion {
  private EngineVersion() {}

  /**
   * What runs the models.
   *
   * @return the name and the version of the native library, {@code ONNX Runtime 1.28.0}; DJL's own
   *     answer is the version that it was compiled against
   */
  public static String describe() {
    return "ONNX Runtime " + OnnxRuntime.environment().getVersion();
  }
}
