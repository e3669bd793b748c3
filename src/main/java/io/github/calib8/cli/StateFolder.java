package io.github.calib8.cli;

import io.github.calib8.files.Checkpoint;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A folder in which long work keeps its state.
 *
 * @param folder the folder, which is there
 * @param interval the least time between two savings
 */
record StateFolder(Path folder, Duration interval) {

  /** Where the calibration of a model is. */
  Checkpoint calibration(String model) {
    return new Checkpoint(folder.resolve(model + ".calibration"), interval);
  }

  /** Where the evaluation of a model, or of several ones, is. */
  Checkpoint evaluation(String name) {
    return new Checkpoint(folder.resolve(name + ".evaluation"), interval);
  }
}
