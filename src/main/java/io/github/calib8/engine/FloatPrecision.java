package io.github.calib8.engine;

import java.util.Locale;

/**
 * How an engine may compute what its model has in floating point. Immutable and thread-safe.
 *
 * @see <a href="https://blogs.nvidia.com/blog/tensorfloat-32-precision-format/">TensorFloat-32</a>
 */
public enum FloatPrecision {
  /** As the model says: 24 bits of significand. */
  FP32,
  /** Factors of products are rounded to 11 bits of significand, sums are float32. */
  TF32,
  /** Whatever is faster in float16: 11 bits of significand, numbers up to 65504. */
  FP16;

  /**
   * The name in options and reports.
   *
   * @return such as {@code tf32}
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
