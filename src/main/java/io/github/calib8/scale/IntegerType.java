package io.github.calib8.scale;

/**
 * The 8-bit integer type that a tensor is quantized to. Immutable and thread-safe.
 *
 * <p>Tensors that take negative values use {@link #INT8}. Those that never do may use {@link
 * #UINT8}, which spends all of its codes on the non-negative half, where the target has it.
 */
public enum IntegerType {
  /** Signed, -128 to 127. */
  INT8(-128, 127),
  /** Unsigned, 0 to 255. */
  UINT8(0, 255);

  private final int min;
  private final int max;

  IntegerType(int min, int max) {
    this.min = min;
    this.max = max;
  }

  /** Returns the smallest integer of this type. */
  public int min() {
    return min;
  }

  /** Returns the largest integer of this type; with a zero point of 0, scale = threshold / max. */
  public int max() {
    return max;
  }

  /**
   * Returns the number of levels that magnitudes are quantized to with a zero point of 0: 128 for
   * {@link #INT8} (0 to 127, the sign is free), 256 for {@link #UINT8}.
   */
  public int levels() {
    return max + 1;
  }
}
