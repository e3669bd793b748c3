package io.github.calib8.benchmark;

import com.google.common.collect.ImmutableSet;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.FloatPrecision;
import java.util.Set;

/** The forms of a network that are measured against each other. Immutable and thread-safe. */
public enum Precision {
  /** The model as the user gave it, at the engine's full optimization: the baseline. */
  FP32("fp32", "FP32"),
  /** The model after the exact rewrites that the INT8 model gets, too. */
  FP32_REWRITTEN("fp32-rewritten", "FP32, rewritten"),
  /** The model as the user gave it, its products in TF32; of GPUs. */
  TF32("tf32", "TF32"),
  /** The model as the user gave it, in float16 where that is faster; of GPUs. */
  FP16("fp16", "FP16"),
  /** The quantized model. */
  INT8("int8", "INT8");

  private final String id;
  private final String displayName;

  /**
   * Those that every device has, of which the two of FP32 are baselines.
   *
   * @return FP32, FP32 rewritten and INT8
   */
  public static Set<Precision> ofEveryDevice() {
    return ImmutableSet.of(FP32, FP32_REWRITTEN, INT8);
  }

  /** How a device computes what this form has in floating point. */
  EngineOptions on(EngineOptions options) {
    return switch (this) {
      case FP32, FP32_REWRITTEN -> options.withPrecision(FloatPrecision.FP32);
      case TF32 -> options.withPrecision(FloatPrecision.TF32);
      case FP16 -> options.withPrecision(FloatPrecision.FP16);
      case INT8 -> options;
    };
  }

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
