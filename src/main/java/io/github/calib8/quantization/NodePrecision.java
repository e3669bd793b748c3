package io.github.calib8.quantization;

/** What a node computes in. */
public enum NodePrecision {
  /** 8-bit integers. */
  INT8,
  /** Single-precision floating point. */
  FLOAT
}
