package io.github.calib8.engine;

import java.util.Objects;

/**
 * How the engine runs a model.
 *
 * <p>Immutable and thread-safe.
 *
 * @param threads the threads that share one operator's work, 1 or more
 * @param optimization how far the graph may be rewritten
 * @param device what computes the model
 */
public record EngineOptions(int threads, GraphOptimization optimization, Device device) {
  /** Checks the values. */
  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("Expected 1 or more threads, found " + threads);
    }
    Objects.requireNonNull(optimization, "optimization");
    Objects.requireNonNull(device, "device");
  }

  /**
   * The defaults: a thread for each of the processor's cores, every optimization, the processor.
   *
   * @return the options
   */
  public static EngineOptions defaults() {
    return new EngineOptions(
        Runtime.getRuntime().availableProcessors(), GraphOptimization.ALL, Device.cpu());
  }

  /**
   * These options with other threads.
   *
   * @param newThreads the threads that share one operator's work, 1 or more
   * @return the options
   * @throws IllegalArgumentException if there is none
   */
  public EngineOptions withThreads(int newThreads) {
    return new EngineOptions(newThreads, optimization, device);
  }

  /**
   * These options with another level of optimization.
   *
   * @param newOptimization how far the graph may be rewritten
   * @return the options
   */
  public EngineOptions withOptimization(GraphOptimization newOptimization) {
    return new EngineOptions(threads, newOptimization, device);
  }

  /**
   * These options with another device.
   *
   * @param newDevice what computes the model
   * @return the options
   */
  public EngineOptions withDevice(Device newDevice) {
    return new EngineOptions(threads, optimization, newDevice);
  }
}
