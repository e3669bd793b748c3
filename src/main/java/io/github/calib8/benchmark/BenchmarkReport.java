package io.github.calib8.benchmark;

import io.github.calib8.engine.Environment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of benchmarking one network.
 *
 * <p>Immutable and thread-safe.
 *
 * @param network its name
 * @param modelSha256 of the stock FP32 model
 * @param multiplyAdds of one image in convolutions and matrix products, those of two activations
 *     among them; 0 if a shape is not known
 * @param environment what it was measured on; its threads are those of one worker
 * @param meter the energy meter, or why there is none
 * @param measurements by number of workers, batch size and precision, in the order asked for
 * @param speedups the settings at which both precisions were measured, in the same order
 */
public record BenchmarkReport(
    String network,
    String modelSha256,
    long multiplyAdds,
    Environment environment,
    String meter,
    List<Measurement> measurements,
    List<Speedup> speedups) {
  /** Copies the lists. */
  public BenchmarkReport {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(modelSha256, "modelSha256");
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(meter, "meter");
    measurements = List.copyOf(measurements);
    speedups = List.copyOf(speedups);
  }

  /**
   * Looks up a setting's figures.
   *
   * @param precision which form of the network
   * @param batchSize images a run
   * @param workers sessions that run at the same time
   * @return the figures; empty if it was not measured or does not fit in memory
   */
  public Optional<Performance> find(Precision precision, int batchSize, int workers) {
    return measurements.stream()
        .filter(m -> m.precision() == precision)
        .filter(m -> m.batchSize() == batchSize && m.workers() == workers)
        .findFirst()
        .flatMap(Measurement::performance);
  }
}
