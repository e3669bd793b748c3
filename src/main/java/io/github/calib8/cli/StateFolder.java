package io.github.calib8.cli;

import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.work.Checkpoint;
import io.github.calib8.work.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

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

  /**
   * Fails if an image is not what it was when the state was begun: states know images by name.
   *
   * @param name of the model
   * @param images all images of the run
   * @param warnings is told if what they are now cannot be kept
   * @throws BadInputException if the bytes of an image changed
   */
  void requireSameContents(String name, List<LabeledImage> images, Consumer<String> warnings)
      throws IOException {
    Path file = folder.resolve(name + ".images");
    boolean begun = Files.exists(calibration(name).file()) || Files.exists(evaluation(name).file());
    SavedContents before =
        begun && Files.exists(file) ? SavedContents.read(file) : SavedContents.NONE;
    SavedContents now = SavedContents.of(images);
    before
        .firstChanged(now)
        .ifPresent(
            image -> {
              throw new BadInputException(
                  "Expected the images that the state in %s was begun with, found other bytes in '%s'; delete %s.* there to start afresh"
                      .formatted(folder, image, name));
            });
    try {
      before.with(now).write(file);
    } catch (IOException e) {
      // Whoever interrupts ends the run, which says so.
      if (!Thread.currentThread().isInterrupted()) {
        warnings.accept(e.getMessage());
      }
    }
  }
}
