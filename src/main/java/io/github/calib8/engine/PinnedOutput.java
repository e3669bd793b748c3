package io.github.calib8.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Off-heap memory into which the engine writes one output, run after run. */
final class PinnedOutput implements AutoCloseable {
  private final OutputShape shape;
  private @Nullable INDArray memory;

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
    if (memory == null || memory.length() < elements) {
      close();
      memory = allocate(elements);
    }
    return memory.data().asNioFloat().limit(Math.toIntExact(elements));
  }

  private static INDArray allocate(long elements) {
    if (elements > Integer.MAX_VALUE) {
      throw new EngineException(
          "Expected outputs of less than 2 G elements, found one of %s".formatted(elements));
    }
    try {
      return Nd4j.createUninitialized(DataType.FLOAT, elements);
    } catch (RuntimeException e) {
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
