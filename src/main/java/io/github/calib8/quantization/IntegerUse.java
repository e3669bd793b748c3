package io.github.calib8.quantization;

/** Where a plan for a CPU uses the integer kernels that there are. */
public enum IntegerUse {
  /**
   * Where a model of what kernels cost says that it makes the graph faster. It knows how large
   * tensors are from the table; with a table that does not say, and in graphs so small that the
   * kernels' own overhead decides, this is {@link #EVERYWHERE}. The costs are those of the
   * processor that the plan is for, or of the nearest one that was measured, as {@link
   * QuantizationPlan#costs} tells.
   */
  WHERE_FASTER,
  /** Wherever there is a kernel and a scale. */
  EVERYWHERE
}
