package io.github.calib8.benchmark;

import io.github.calib8.onnx.OnnxModel;
import java.util.Map;

/**
 * How much memory sessions of a network take, from above: so that a batch that does not fit is
 * known before the system runs out of memory.
 *
 * @param weights bytes of the FP32 weights; INT8's take fewer
 * @param activations bytes of activations that are needed at the same time, for one image
 * @param input bytes of one image
 */
record MemoryEstimate(long weights, long activations, long input) {
  /*
   * From above, by resident memory seen: a session holds its weights once more in the layout that
   * the engine wants; while one is opened, the model's bytes and what the engine parses of them are
   * there, too; and the engine's arena has gaps.
   */
  private static final int SESSION_COPIES = 2;

  private static final int OPENING_COPIES = 3;
  private static final double ARENA = 1.8;

  /**
   * Estimates.
   *
   * @param model an FP32 model
   * @param sizes values an image, of each tensor that is not a weight
   */
  static MemoryEstimate of(OnnxModel model, Map<String, Long> sizes) {
    long weights =
        model.initializers().values().stream().mapToLong(w -> w.bytes().remaining()).sum();
    return new MemoryEstimate(
        weights,
        ActivationPeak.of(model, sizes) * Float.BYTES,
        sizes.getOrDefault(model.input().name(), 0L) * Float.BYTES);
  }

  /** What is enough for either. */
  MemoryEstimate max(MemoryEstimate other) {
    return new MemoryEstimate(
        Math.max(weights, other.weights),
        Math.max(activations, other.activations),
        Math.max(input, other.input));
  }

  /**
   * The estimate for one setting.
   *
   * @param batchSize images a run
   * @param sessions how many are open at the same time, of whatever precision
   */
  double bytes(int batchSize, long sessions) {
    double session = SESSION_COPIES * weights + ARENA * activations * batchSize;
    return sessions * session + OPENING_COPIES * weights + (double) input * batchSize;
  }
}
