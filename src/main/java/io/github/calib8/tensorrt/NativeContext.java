package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import io.github.calib8.work.Internal;

/** Runs an engine, for one thread at a time. */
@Internal
public interface NativeContext extends AutoCloseable {
  /**
   * Sets the shape of what is run next, and where it is.
   *
   * @param input the GPU's address of the input
   * @param shape of the input, row-major float32
   * @param output the GPU's address of the output
   * @throws EngineException if the engine does not take the shape
   */
  void bind(long input, long[] shape, long output);

  /**
   * The output's shape for the input's.
   *
   * @param shape of the input
   * @return of the output
   * @throws EngineException if the engine does not take the shape
   */
  long[] outputShape(long[] shape);

  /**
   * Puts a run into a stream, and does not wait for it.
   *
   * @param stream the driver's handle
   * @throws EngineException if TensorRT refuses
   */
  void enqueue(long stream);

  @Override
  void close();
}
