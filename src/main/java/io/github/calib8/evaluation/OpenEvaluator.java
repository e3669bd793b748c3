package io.github.calib8.evaluation;

import io.github.calib8.dataset.BatchSource;
import io.github.calib8.work.Internal;
import java.util.List;

/**
 * An evaluator whose models are open, for several collections.
 *
 * <p>Holds native memory until it is closed. For one thread at a time.
 */
@Internal
public final class OpenEvaluator implements AutoCloseable {
  private final Evaluator evaluator;
  private final List<ModelPair> pairs;
  private final List<PairIdentity> identities;
  private final EvaluationRun run;

  OpenEvaluator(
      Evaluator evaluator,
      List<ModelPair> pairs,
      List<PairIdentity> identities,
      EvaluationRun run) {
    this.evaluator = evaluator;
    this.pairs = pairs;
    this.identities = identities;
    this.run = run;
  }

  /**
   * Compares the pairs. The engine's time is that of all collections so far, in proportion to the
   * images.
   *
   * @param batches the images to measure on, at least one
   * @return what {@link Evaluator#collect} returns, and throws
   */
  public EvaluationStatistics collect(BatchSource batches) {
    return evaluator.collect(pairs, identities, run, batches);
  }

  @Override
  public void close() {
    run.close();
  }
}
