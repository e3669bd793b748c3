package io.github.calib8.quantization;

/** How much of the signed 8-bit range the weights use. */
public enum WeightRange {
  /**
   * {@link #FULL} for TensorRT, and on a processor that multiplies without saturating; else {@link
   * #REDUCED}.
   */
  AUTOMATIC,
  /** -127 to 127 in every channel. */
  FULL,
  /**
   * -63 to 63 in the channels where two products of an unsigned activation and a signed weight can
   * exceed 16 bits: processors without VNNI (or the like) add them in pairs with saturation.
   */
  REDUCED
}
