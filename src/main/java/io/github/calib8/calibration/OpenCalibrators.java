package io.github.calib8.calibration;

import io.github.calib8.dataset.BatchReader;
import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.work.Internal;
import java.util.ArrayList;
import java.util.List;

/**
 * Calibrators whose models are open, for several collections; each image is decoded once for all.
 *
 * <p>Holds native memory until it is closed. For one thread at a time.
 */
@Internal
public final class OpenCalibrators implements AutoCloseable {
  private final List<Model> models = new ArrayList<>();

  private OpenCalibrators() {}

  private record Model(Calibrator calibrator, ObservedSession session) {}

  static OpenCalibrators open(List<Calibrator> calibrators, int images) {
    OpenCalibrators open = new OpenCalibrators();
    try {
      for (Calibrator calibrator : calibrators) {
        open.models.add(new Model(calibrator, calibrator.session(images)));
      }
      return open;
    } catch (RuntimeException | Error e) {
      open.close();
      throw e;
    }
  }

  /**
   * Gathers statistics.
   *
   * @param batches 1 image or more
   * @return for each model, in order, what {@link Calibrator#collect} returns, and throws; where
   *     all images were skipped, the statistics of none
   */
  public List<CalibrationStatistics> collect(BatchSource batches) {
    models.forEach(model -> model.calibrator.requireFitting(batches));
    List<Collector> collectors = new ArrayList<>();
    try (BatchReader loader = models.get(0).calibrator.load(batches)) {
      for (Model model : models) {
        Collector collector = model.calibrator.collector(model.session, batches);
        collectors.add(collector);
        collector.requireWholeBatches(batches.imageCount(), batches.batchSize());
      }
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next()) {
          for (int i = 0; i < collectors.size(); i++) {
            Model model = models.get(i);
            collectors
                .get(i)
                .collect(
                    batch.borrowed(),
                    model.calibrator.microBatch(model.session, batches.batchSize()));
          }
        }
      }
      List<CalibrationStatistics> found = new ArrayList<>();
      for (int i = 0; i < collectors.size(); i++) {
        Collector collector = collectors.get(i);
        found.add(
            CalibrationStatistics.of(
                models.get(i).calibrator.source(batches),
                collector.images(),
                collector.statistics()));
      }
      return found;
    } finally {
      collectors.forEach(Collector::close);
    }
  }

  @Override
  public void close() {
    models.forEach(model -> model.session.close());
  }
}
