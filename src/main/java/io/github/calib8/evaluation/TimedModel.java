package io.github.calib8.evaluation;

import com.google.common.primitives.Longs;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.engine.PaddedBatch;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.ProgressListener;
import java.util.List;
import java.util.OptionalLong;

/** A model in its session, and the time that the engine took for it. For one thread. */
final class TimedModel implements AutoCloseable {

  private static final double NANOS = 1e9;

  private final String title;
  private final String output;
  private final InferenceSession session;
  private final boolean fixed;
  private final int microBatch;
  private long warmUpImages;
  private long warmUpNanos;
  private long images;
  private long nanos;
  private double lastSeconds;

  private TimedModel(
      String title, OnnxModel model, InferenceSession session, OptionalLong fixed, int microBatch) {
    this.title = title;
    this.output = model.output().name();
    this.session = session;
    this.fixed = fixed.isPresent();
    this.microBatch = Math.toIntExact(fixed.orElse(microBatch));
  }

  /**
   * Opens a session. A model whose graph fixes the batch size runs in micro-batches of that size,
   * of which the last one is padded.
   *
   * @param title what errors call the model
   * @param progress hears how far the engine is, where opening takes long
   */
  static TimedModel open(
      String title,
      OnnxModel model,
      int microBatch,
      EngineOptions options,
      ProgressListener progress) {
    InferenceSession session = InferenceSession.open(model, options, progress);
    session.build().ifPresent(build -> progress.cost(title + ": " + build));
    return new TimedModel(title, model, session, model.fixedBatch(), microBatch);
  }

  String title() {
    return title;
  }

  /**
   * Runs a batch, [N, C, H, W], and returns its scores, [N, classes], row by row.
   *
   * @param warmUp whether the time is to be kept apart from that of the other batches
   */
  float[] run(FloatTensor batch, boolean warmUp) {
    int count = Math.toIntExact(batch.size(0));
    long nanosBefore = warmUpNanos + nanos;
    float[] scores = new float[0];
    int to;
    for (int from = 0; from < count; from = to) {
      to = from + Math.min(count - from, microBatch);
      int own = to - from;
      int run = fixed ? microBatch : own;
      try (PaddedBatch part = PaddedBatch.of(part(batch, from, to), run)) {
        long start = System.nanoTime();
        try (FloatTensor made = session.run(part.images())) {
          // The padding is no image: its share of the time is not counted.
          addTime(own, (System.nanoTime() - start) * own / run, warmUp);
          int classes = ClassScores.perImage(title, output, made.shape(), run);
          float[] all = made.toArray();
          scores = from == 0 ? new float[Math.multiplyExact(count, classes)] : scores;
          System.arraycopy(all, 0, scores, from * classes, own * classes);
        }
      }
    }
    lastSeconds = (warmUpNanos + nanos - nanosBefore) / NANOS;
    return scores;
  }

  /** How long the last batch took. */
  double lastSeconds() {
    return lastSeconds;
  }

  /** Likewise, for images that were run already: they count nowhere. */
  float[] untimed(FloatTensor batch) {
    long imagesBefore = warmUpImages;
    long nanosBefore = warmUpNanos;
    float[] scores = run(batch, true);
    warmUpImages = imagesBefore;
    warmUpNanos = nanosBefore;
    return scores;
  }

  /**
   * Runs zeros, to see whether the model can be run and makes scores: two images, unless the model
   * or the micro-batch is of another number.
   *
   * @param image the dimensions of an image, such as [C, H, W]
   */
  void tryOut(List<Long> image) {
    try (FloatTensor zeros =
        FloatTensor.zeros(
            Longs.concat(new long[] {fixed ? 1 : Math.min(2, microBatch)}, Longs.toArray(image)))) {
      run(zeros, true);
    }
  }

  private static FloatTensor part(FloatTensor batch, int from, int to) {
    return from == 0 && to == batch.size(0) ? batch : batch.rows(from, to);
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
