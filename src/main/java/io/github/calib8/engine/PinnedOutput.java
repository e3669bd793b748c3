package io.github.calib8.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Off-heap memory into which the engine writes one output, run after run. */
final class PinnedOutput implements AutoCloseable {
  private final long[] dims;
  private final boolean batched;
  private @Nullable INDArray memory;

  private PinnedOutput(long[] dims, boolean batched) {
    this.dims = dims;
    this.batched = batched;
  }

  /**
   * Empty where the shape is only known once the model has run.
   *
   * @param batchName the name of the input's free first dimension; empty if it is not free
   */
  static Optional<PinnedOutput> of(TensorInfo output, String batchName) {
    long[] dims = output.getShape();
    boolean batched =
        dims.length > 0
            && dims[0] < 0
            && !batchName.isEmpty()
            && batchName.equals(output.getDimensionNames()[0]);
    boolean known = Arrays.stream(dims).skip(batched ? 1 : 0).allMatch(dim -> dim > 0);
    return known ? Optional.of(new PinnedOutput(dims, batched)) : Optional.empty();
  }

  /** The values that one run of a batch makes. */
  long elements(long batch) {
    return Arrays.stream(shape(batch)).reduce(1, Math::multiplyExact);
  }

  /** The memory as a tensor of the engine, to be closed by the caller; the memory stays. */
  OnnxTensor tensor(long batch) throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), values(batch), shape(batch));
  }

  /** The memory as floats; grows when a larger batch than ever comes. */
  FloatBuffer values(long batch) {
    long elements = elements(batch);
    if (memory == null || memory.length() < elements) {
      close();
      memory = Nd4j.createUninitialized(DataType.FLOAT, elements);
    }
    return memory.data().asNioFloat().limit(Math.toIntExact(elements));
  }

  private long[] shape(long batch) {
    long[] shape = dims.clone();
    if (batched) {
      shape[0] = batch;
    }
    return shape;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
