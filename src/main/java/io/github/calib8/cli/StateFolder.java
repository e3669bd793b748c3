package io.github.calib8.cli;

import io.github.calib8.work.Checkpoint;
import io.github.calib8.work.FolderLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A folder in which long work keeps its state.
 *
 * @param folder the folder, which is there
 * @param interval the least time between two savings
 * @param lock keeps other runs away
 */
record StateFolder(Path folder, Duration interval, FolderLock lock) implements AutoCloseable {

  @Override
  public void close() throws IOException {
    lock.close();
  }

  /** Where the calibration of a model is. */
  Checkpoint calibration(String model) {
    return new Checkpoint(folder.resolve(model + ".calibration"), interval);
  }

  /** Where the evaluation of a model, or of several ones, is. */
  Checkpoint evaluation(String name) {
    return new Checkpoint(folder.resolve(name + ".evaluation"), interval);
  }
}
