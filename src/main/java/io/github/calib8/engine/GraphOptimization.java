package io.github.calib8.engine;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

/**
 * How far the engine may rewrite a graph before it runs it.
 *
 * @see <a
 *     href="https://onnxruntime.ai/docs/performance/model-optimizations/graph-optimizations.html">
 *     Graph optimizations in ONNX Runtime</a>
 */
public enum GraphOptimization {
  /** Not at all. */
  NONE(OptLevel.NO_OPT),
  /** Rewrites that keep to ONNX's own operators: constant folding, BatchNormalization fusion. */
  BASIC(OptLevel.BASIC_OPT),
  /** Also fusions to the engine's own operators, {@code FusedConv} and {@code QLinearConv}. */
  EXTENDED(OptLevel.EXTENDED_OPT),
  /** Also other memory layouts, such as {@code com.microsoft.nchwc}: what runs by default. */
  ALL(OptLevel.ALL_OPT);

  private final OptLevel level;

  GraphOptimization(OptLevel level) {
    this.level = level;
  }

  OptLevel level() {
    return level;
  }
}
