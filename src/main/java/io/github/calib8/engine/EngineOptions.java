package io.github.calib8.engine;

import java.util.Objects;

/**
 * How the engine runs a model.
 *
 * <p>Immutable and thread-safe.
 *
 * @param threads the threads that share one operator's work, 1 or more
 * @param optimization how far the graph may be rewritten
 */
public record EngineOptions(int threads, GraphOptimization optimization) {
  /** Checks the values. */
  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("Expected 1 or more threads, found " + threads);
    }
    Objects.requireNonNull(optimization, "optimization");
  }

  /**
   * The defaults: a thread for each of the processor's cores, every optimization.
   *
   * @return the options
   */
  public static EngineOptions defaults() {
    return new EngineOptions(Runtime.getRuntime().availableProcessors(), GraphOptimization.ALL);
  }

  /**
   * These options with other threads.
   *
   * @param newThreads the threads that share one operator's work, 1 or more
   * @return the options
   * @throws IllegalArgumentException if there is none
   */
  public EngineOptions withThreads(int newThreads) {
    return new EngineOptions(newThreads, optimization);
  }

  /**
   * These options with another level of optimization.
   *
   * @param newOptimization how far the graph may be rewritten
   * @return the options
   */
  public EngineOptions withOptimization(GraphOptimization newOptimization) {
    return new EngineOptions(threads, newOptimization);
  }
}
