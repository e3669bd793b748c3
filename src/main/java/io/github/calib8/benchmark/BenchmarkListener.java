package io.github.calib8.benchmark;

/** Is told what has been measured; called on the thread that runs the benchmark. */
@FunctionalInterface
public interface BenchmarkListener {
  /**
   * Called after each setting, once for each precision.
   *
   * @param network its name
   * @param measurement what was measured
   */
  void measured(String network, Measurement measurement);
}
