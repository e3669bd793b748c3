package io.github.calib8.engine;

/**
 * What must have happened before ONNX Runtime is started, of which there is one in a process: other
 * libraries that share it want to be first. Implementations are found by {@link
 * java.util.ServiceLoader}, and run once.
 */
@FunctionalInterface
public interface EnginePrelude {
  /** Lets the other library start ONNX Runtime; called once, before this library uses it. */
  void play();
}
