package io.github.calib8.evaluation;

import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.evaluation.DeviceModels.Scores;
import io.github.calib8.work.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The models of an evaluation, open on each device, and what they made of the images so far. */
final class EvaluationRun implements AutoCloseable {

  private final List<DeviceModels> lanes = new ArrayList<>();
  private final List<PairRun> pairs = new ArrayList<>();

  private EvaluationRun() {}

  static EvaluationRun open(
      List<ModelPair> pairs,
      List<PairIdentity> identities,
      int microBatch,
      double threshold,
      List<EngineOptions> lanes,
      ProgressListener progress) {
    EvaluationRun run = new EvaluationRun();
    try {
      for (EngineOptions lane : lanes) {
        run.lanes.add(DeviceModels.open(pairs, microBatch, lane, progress));
      }
      run.restart(pairs, identities, threshold);
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** Forgets what was counted, for other images. */
  void restart(List<ModelPair> models, List<PairIdentity> identities, double threshold) {
    pairs.clear();
    for (int i = 0; i < models.size(); i++) {
      pairs.add(new PairRun(models.get(i), identities.get(i), threshold));
    }
  }

  /** How many batches are computed at the same time. */
  int lanes() {
    return lanes.size();
  }

  /**
   * The models of a lane: of a device, or of one of its streams.
   *
   * @param lane the lane's place in the list
   */
  DeviceModels on(int lane) {
    return lanes.get(lane);
  }

  /**
   * Counts what the models made of a batch. For one thread, in the batches' order.
   *
   * @param scores of each pair, in order
   * @param planned all images of the evaluation, whose labels are checked at the first batch
   * @param listener is told of each image; null if nobody is
   */
  void add(
      ImageBatch batch,
      List<Scores> scores,
      BatchSource planned,
      @Nullable EvaluationListener listener) {
    for (int i = 0; i < pairs.size(); i++) {
      pairs.get(i).add(batch, scores.get(i), planned, listener);
    }
  }

  /** What is to be said of the models, and was not yet. */
  List<String> takeWarnings() {
    return lanes.stream().flatMap(device -> device.takeWarnings().stream()).toList();
  }

  /** What was counted so far, for each pair. */
  List<PairStatistics> statistics() {
    List<PairStatistics> statistics = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      int pair = i;
      statistics.add(
          pairs
              .get(i)
              .statistics(
                  imagesPerSecond(models -> models.fp32(pair)),
                  imagesPerSecond(models -> models.int8(pair)),
                  lanes.stream().mapToDouble(models -> models.variation(pair)).max().orElse(0)));
    }
    return statistics;
  }

  /** Of all devices together, which work at the same time. */
  private double imagesPerSecond(Function<DeviceModels, TimedModel> model) {
    return lanes.stream().map(model).mapToDouble(TimedModel::imagesPerSecond).sum();
  }

  @Override
  public void close() {
    lanes.forEach(DeviceModels::close);
  }
}
