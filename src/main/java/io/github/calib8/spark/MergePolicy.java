package io.github.calib8.spark;

/** What becomes of statistics of executors that have different processors. */
public enum MergePolicy {
  /**
   * They are an error, which names two such executors: FP32 itself differs between processors, so
   * the sum would be nobody's.
   */
  REFUSE,
  /**
   * Those of each processor are kept apart: each has the images that Spark happened to give its
   * executors, so another run may divide them differently.
   */
  GROUP
}
