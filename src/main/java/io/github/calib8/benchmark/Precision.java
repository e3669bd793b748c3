package io.github.calib8.benchmark;

/** The forms of a network that are measured against each other. Immutable and thread-safe. */
public enum Precision {
  /** The model as the user gave it, at the engine's full optimization: the baseline. */
  FP32("fp32", "FP32"),
  /** The model after the exact rewrites that the INT8 model gets, too. */
  FP32_REWRITTEN("fp32-rewritten", "FP32, rewritten"),
  /** The quantized model. */
  INT8("int8", "INT8");

  private final String id;
  private final String displayName;

  Precision(String id, String displayName) {
    this.id = id;
    this.displayName = displayName;
  }

  /**
   * The name in files and on command lines.
   *
   * @return lower case, without blanks
   */
  public String id() {
    return id;
  }

  /**
   * The name in tables.
   *
   * @return as people write it
   */
  public String displayName() {
    return displayName;
  }
}
