package io.github.calib8.evaluation;

import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.GraphOptimization;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;

/** The two models of a pair, open on one device. For one thread at a time. */
final class PairModels implements AutoCloseable {

  private final TimedModel fp32;
  private final TimedModel int8;
  private boolean warm;
  private boolean int8First;

  private PairModels(TimedModel fp32, TimedModel int8) {
    this.fp32 = fp32;
    this.int8 = int8;
  }

  /** What both models make of a batch, [N, classes] each, row by row. */
  record Scores(float[] fp32, float[] int8) {}

  static PairModels open(ModelPair pair, int microBatch, EngineOptions options) {
    requireSameShape(pair, "input", pair.fp32().input(), pair.int8().input());
    requireSameShape(pair, "output", pair.fp32().output(), pair.int8().output());
    // A model for another engine is rounded as it says but computes in floating point: the integer
    // kernels of this one may saturate where that one's do not.
    EngineOptions int8Options =
        pair.isForCpu() ? options : options.withOptimization(GraphOptimization.BASIC);
    TimedModel fp32 =
        TimedModel.open(
            "the FP32 model of '" + pair.name() + "'", pair.fp32(), microBatch, options);
    try {
      return new PairModels(
          fp32,
          TimedModel.open(
              "the INT8 model of '" + pair.name() + "'", pair.int8(), microBatch, int8Options));
    } catch (RuntimeException e) {
      fp32.close();
      throw e;
    }
  }

  private static void requireSameShape(
      ModelPair pair, String what, ValueInfo fp32, ValueInfo int8) {
    List<Long> a = fp32.dims();
    List<Long> b = int8.dims();
    boolean same = a.isEmpty() || b.isEmpty() || a.size() == b.size();
    for (int axis = 1; same && axis < Math.min(a.size(), b.size()); axis++) {
      same = a.get(axis) < 0 || b.get(axis) < 0 || a.get(axis).equals(b.get(axis));
    }
    if (!same) {
      throw new IllegalArgumentException(
          "Expected FP32 and INT8 models of one %s shape for '%s', found %s and %s"
              .formatted(what, pair.name(), fp32, int8));
    }
  }

  TimedModel fp32() {
    return fp32;
  }

  TimedModel int8() {
    return int8;
  }

  /**
   * Runs both models on a batch. They take turns at being first, as the threads that decode the
   * next batch slow down whichever runs beside them. The first batch warms the device up.
   */
  Scores run(ImageBatch batch) {
    boolean warmUp = !warm;
    warm = true;
    boolean turned = int8First;
    int8First = !int8First;
    float[] first = (turned ? int8 : fp32).run(batch.images(), warmUp);
    float[] second = (turned ? fp32 : int8).run(batch.images(), warmUp);
    return turned ? new Scores(second, first) : new Scores(first, second);
  }

  @Override
  public void close() {
    fp32.close();
    int8.close();
  }
}
