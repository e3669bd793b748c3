package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import io.github.calib8.work.Internal;

/**
 * TensorRT's functions, as far as they are used here, in Java's own types: what the classes of
 * another class loader implement.
 */
@Internal
public interface NativeApi {
  /**
   * The version of the library that was loaded.
   *
   * @return such as {@code 10.6.0}
   */
  String version();

  /**
   * Builds an engine. The process ends where TensorRT finds a piece missing.
   *
   * @param request what to build, and how
   * @param log hears what TensorRT says
   * @return the serialized engine, and the timing cache with what was measured
   * @throws EngineException if TensorRT refuses the model
   */
  BuiltEngine build(BuildRequest request, BuildLog log);

  /**
   * Loads a serialized engine onto the current GPU.
   *
   * @param engine made by the same TensorRT for a GPU of this kind
   * @return the engine, for the caller to close
   * @throws EngineException if TensorRT refuses it
   */
  NativeEngine load(byte[] engine);
}
