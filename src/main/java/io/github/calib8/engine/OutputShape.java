package io.github.calib8.engine;

import ai.onnxruntime.TensorInfo;
import com.google.common.math.LongMath;
import java.util.Arrays;
import java.util.Optional;

/** The shape of an output, known before the model runs but for the number of images. */
final class OutputShape {
  private final long[] dims;
  private final boolean batched;

  private OutputShape(long[] dims, boolean batched) {
    this.dims = dims;
    this.batched = batched;
  }

  /**
   * A free first dimension of the same name as the input's is the batch. Any other free dimension
   * leaves the shape to the run, as does no dimension: the engine says so of an unknown rank too.
   *
   * @param batchName the name of the input's free first dimension; empty if it is not free
   */
  static Optional<OutputShape> of(TensorInfo output, String batchName) {
    long[] dims = output.getShape();
    boolean batched =
        dims.length > 0
            && dims[0] < 0
            && !batchName.isEmpty()
            && batchName.equals(output.getDimensionNames()[0]);
    boolean known =
        dims.length > 0 && Arrays.stream(dims).skip(batched ? 1 : 0).allMatch(dim -> dim > 0);
    return known ? Optional.of(new OutputShape(dims, batched)) : Optional.empty();
  }

  long[] dims(long batch) {
    long[] shape = dims.clone();
    if (batched) {
      shape[0] = batch;
    }
    return shape;
  }

  long elements(long batch) {
    // Saturates: what a malformed model claims to make need not be a number that exists.
    return Arrays.stream(dims(batch)).reduce(1, LongMath::saturatedMultiply);
  }
}
