package io.github.calib8.evaluation;

import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.work.Internal;

/**
 * A classifier, ready to score images.
 *
 * <p>Holds native memory until it is closed. For one thread.
 */
@Internal
public final class ScoringSession implements AutoCloseable {
  private final OnnxModel model;
  private final TimedModel session;
  private final double threshold;

  private ScoringSession(OnnxModel model, TimedModel session, double threshold) {
    this.model = model;
    this.session = session;
    this.threshold = threshold;
  }

  /**
   * Opens a classifier of one output. A model whose graph fixes the batch size runs in batches of
   * that size, of which the last one is padded.
   *
   * @param model the model
   * @param options threads and device
   * @param microBatch how many images to run at once, at most; 1 or more
   * @param threshold the probability above which an image is of class 1, of a model of one score
   * @return the session, to be closed
   * @throws EvaluationException if the graph says that the output is not a score a class
   * @throws io.github.calib8.engine.EngineException if the engine refuses the model, or cannot use
   *     the device
   */
  public static ScoringSession open(
      OnnxModel model, EngineOptions options, int microBatch, double threshold) {
    ClassScores.require(model);
    return new ScoringSession(
        model,
        TimedModel.open("model '" + model.name() + "'", model, microBatch, options, step -> {}),
        threshold);
  }

  /**
   * Scores a batch.
   *
   * @param batch the images, of the shape that the model takes
   * @return what the model says of them
   * @throws EvaluationException if the output is not a score a class
   * @throws IllegalArgumentException if the shape is not the model's
   * @throws io.github.calib8.engine.EngineException if the engine fails
   */
  public BatchScores run(ImageBatch batch) {
    float[] made = session.run(batch.tensor(), false);
    return new BatchScores(
        OutputKind.of(model, made.length / batch.size()), made, batch.size(), threshold);
  }

  @Override
  public void close() {
    session.close();
  }
}
