package io.github.calib8.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.github.calib8.tensor.FloatTensor;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** Off-heap memory into which the engine writes one output, run after run. */
final class PinnedOutput implements AutoCloseable {
  private final OutputShape shape;
  private @Nullable FloatTensor memory;

  PinnedOutput(OutputShape shape) {
    this.shape = shape;
  }

  /** The memory as a tensor of the engine, to be closed by the caller; the memory stays. */
  OnnxTensor tensor(long batch) throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), values(batch), shape.dims(batch));
  }

  /** The memory as floats; grows when a larger batch than ever comes. */
  FloatBuffer values(long batch) {
    long elements = shape.elements(batch);
    if (memory == null || memory.elements() < elements) {
      close();
      memory = allocate(elements);
    }
    return memory.values().limit(Math.toIntExact(elements));
  }

  private static FloatTensor allocate(long elements) {
    try {
      return FloatTensor.zeros(elements);
    } catch (IllegalArgumentException | OutOfMemoryError e) {
      throw new EngineException(
          "Expected memory for an output of %s elements: %s".formatted(elements, e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
