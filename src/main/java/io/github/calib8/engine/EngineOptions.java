package io.github.calib8.engine;

import java.util.Objects;

/**
 * How the engine runs a model.
 *
 * <p>Immutable and thread-safe.
 *
 * @param threads the threads that share one operator's work, 1 or more
 * @param optimization how far the graph may be rewritten, by ONNX Runtime
 * @param device what computes the model
 * @param precision how what is in floating point may be computed
 * @param largestBatch the most images that will be run at once, 1 or more: TensorRT builds its
 *     engine for them, and takes no more; other engines take any number
 */
public record EngineOptions(
    int threads,
    GraphOptimization optimization,
    Device device,
    FloatPrecision precision,
    int largestBatch) {
  private static final int DEFAULT_LARGEST_BATCH = 128;

  /** Checks the values. */
  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("Expected 1 or more threads, found " + threads);
    }
    Objects.requireNonNull(optimization, "optimization");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(precision, "precision");
    if (largestBatch < 1) {
      throw new IllegalArgumentException(
          "Expected 1 or more images in the largest batch, found " + largestBatch);
    }
  }

  /**
   * The defaults: a thread for each of the processor's cores, every optimization, the processor,
   * FP32, 128 images at once at most.
   *
   * @return the options
   */
  public static EngineOptions defaults() {
    return new EngineOptions(
        Runtime.getRuntime().availableProcessors(),
        GraphOptimization.ALL,
        Device.cpu(),
        FloatPrecision.FP32,
        DEFAULT_LARGEST_BATCH);
  }

  /**
   * These options with other threads.
   *
   * @param newThreads the threads that share one operator's work, 1 or more
   * @return the options
   * @throws IllegalArgumentException if there is none
   */
  public EngineOptions withThreads(int newThreads) {
    return new EngineOptions(newThreads, optimization, device, precision, largestBatch);
  }

  /**
   * These options with another level of optimization.
   *
   * @param newOptimization how far the graph may be rewritten
   * @return the options
   */
  public EngineOptions withOptimization(GraphOptimization newOptimization) {
    return new EngineOptions(threads, newOptimization, device, precision, largestBatch);
  }

  /**
   * These options with another device, and its default precision.
   *
   * @param newDevice what computes the model
   * @return the options
   */
  public EngineOptions withDevice(Device newDevice) {
    return new EngineOptions(
        threads, optimization, newDevice, newDevice.provider().defaultPrecision(), largestBatch);
  }

  /**
   * These options with another precision of floating point.
   *
   * @param newPrecision how what is in floating point may be computed; whether the device can shows
   *     when a session is opened
   * @return the options
   */
  public EngineOptions withPrecision(FloatPrecision newPrecision) {
    return new EngineOptions(threads, optimization, device, newPrecision, largestBatch);
  }

  /**
   * These options with another largest batch.
   *
   * @param images the most images that will be run at once, 1 or more
   * @return the options
   * @throws IllegalArgumentException if there is none
   */
  public EngineOptions withLargestBatch(int images) {
    return new EngineOptions(threads, optimization, device, precision, images);
  }
}
