package io.github.calib8.evaluation;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A model in its session, and the time that the engine took for it. For one thread. */
final class TimedModel implements AutoCloseable {

  private static final double NANOS = 1e9;

  private final String title;
  private final InferenceSession session;
  private final int microBatch;
  private long warmUpImages;
  private long warmUpNanos;
  private long images;
  private long nanos;

  private TimedModel(String title, InferenceSession session, int microBatch) {
    this.title = title;
    this.session = session;
    this.microBatch = microBatch;
  }

  /**
   * Opens a session. A model whose graph fixes the batch size runs in micro-batches of that size.
   *
   * @param title what errors call the model
   */
  static TimedModel open(String title, OnnxModel model, int microBatch, EngineOptions options) {
    List<Long> dims = model.input().dims();
    boolean fixed = !dims.isEmpty() && dims.get(0) > 0;
    return new TimedModel(
        title,
        InferenceSession.open(model, options),
        fixed ? Math.toIntExact(dims.get(0)) : microBatch);
  }

  String title() {
    return title;
  }

  /**
   * Runs a batch, [N, C, H, W] float32, and returns its scores, [N, classes], row by row.
   *
   * @param warmUp whether the time is to be kept apart from that of the other batches
   */
  float[] run(INDArray batch, boolean warmUp) {
    int count = Math.toIntExact(batch.size(0));
    float[] scores = new float[0];
    int to;
    for (int from = 0; from < count; from = to) {
      to = from + Math.min(count - from, microBatch);
      long start = System.nanoTime();
      try (INDArray output = session.run(part(batch, from, to))) {
        addTime(to - from, System.nanoTime() - start, warmUp);
        requireRows(output, to - from);
        float[] part = output.reshape(output.length()).toFloatVector();
        if (to - from == count) {
          return part;
        }
        int classes = part.length / (to - from);
        scores = from == 0 ? new float[Math.multiplyExact(count, classes)] : scores;
        System.arraycopy(part, 0, scores, from * classes, part.length);
      }
    }
    return scores;
  }

  private static INDArray part(INDArray batch, int from, int to) {
    return from == 0 && to == batch.size(0) ? batch : batch.get(NDArrayIndex.interval(from, to));
  }

  private void addTime(int count, long elapsed, boolean warmUp) {
    if (warmUp) {
      warmUpImages += count;
      warmUpNanos += elapsed;
    } else {
      images += count;
      nanos += elapsed;
    }
  }

  private void requireRows(INDArray output, int rows) {
    if (output.rank() < 2 || output.size(0) != rows || output.length() == 0) {
      throw new EvaluationException(
          "Expected [%s,classes] from %s, found %s"
              .formatted(rows, title, Arrays.toString(output.shape())));
    }
  }

  /** Images a second, without the warm-up unless there is nothing else. */
  double imagesPerSecond() {
    return images > 0
        ? images * NANOS / Math.max(1, nanos)
        : warmUpImages * NANOS / Math.max(1, warmUpNanos);
  }

  @Override
  public void close() {
    session.close();
  }
}
