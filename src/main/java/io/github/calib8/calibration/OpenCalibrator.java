package io.github.calib8.calibration;

import io.github.calib8.dataset.BatchSource;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.work.Internal;

/**
 * A calibrator whose model is open, for several collections.
 *
 * <p>Holds native memory until it is closed. Thread-safe, {@link #close} apart.
 */
@Internal
public final class OpenCalibrator implements AutoCloseable {
  private final Calibrator calibrator;
  private final ObservedSession session;

  OpenCalibrator(Calibrator calibrator, ObservedSession session) {
    this.calibrator = calibrator;
    this.session = session;
  }

  /**
   * Gathers statistics.
   *
   * @param batches 1 image or more
   * @return what {@link Calibrator#collect} returns, and throws; where all images were skipped, the
   *     statistics of none
   */
  public CalibrationStatistics collect(BatchSource batches) {
    return calibrator.collect(batches, session);
  }

  @Override
  public void close() {
    session.close();
  }
}
