package io.github.calib8.scale;

import java.util.Objects;

/**
 * The symmetric range of one tensor, [-T, T], as TensorRT and ONNX Runtime's TensorRT provider know
 * it. A value; immutable and thread-safe.
 *
 * @param tensor the tensor's name in the model, not empty
 * @param threshold T, the largest magnitude that is represented, in the tensor's unit; finite,
 *     positive, and such that T/127 is a positive float32
 */
public record DynamicRange(String tensor, double threshold) {
  private static final int LEVELS = IntegerType.INT8.max();

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the name is empty or the threshold outside its documented
   *     range; the message names the tensor
   */
  public DynamicRange {
    Objects.requireNonNull(tensor, "tensor");
    if (tensor.isEmpty()) {
      throw new IllegalArgumentException("Expected a tensor's name, found an empty one");
    }
    float scale = (float) (threshold / LEVELS);
    if (!(scale > 0 && scale <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "Expected a finite, positive dynamic range that float32 can scale for tensor '%s', found %s"
              .formatted(tensor, threshold));
    }
  }

  /**
   * Returns the range that a scale stands for; {@link #scale()} gives back the very same scale.
   *
   * @param tensor the tensor's name
   * @param scale T/127, finite and positive
   * @throws IllegalArgumentException if the name is empty or the scale not finite and positive; the
   *     message names the tensor
   */
  public static DynamicRange ofScale(String tensor, float scale) {
    if (!(scale > 0 && scale <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "Expected a finite, positive scale for tensor '%s', found %s".formatted(tensor, scale));
    }
    // Exact: 24 bits times 7 bits.
    return new DynamicRange(tensor, (double) scale * LEVELS);
  }

  /** Returns the scale of signed 8-bit integers, T/127 rounded to float32. */
  public float scale() {
    return (float) (threshold / LEVELS);
  }
}
