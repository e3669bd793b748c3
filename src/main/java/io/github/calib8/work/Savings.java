package io.github.calib8.work;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Saves the state of long work to its checkpoint now and then, if it has one. Not thread-safe: for
 * the thread that does the work.
 */
@Internal
public final class Savings {
  private final @Nullable Checkpoint checkpoint;
  private final Consumer<String> warnings;
  private boolean failed;
  private long last = System.nanoTime();

  /** Writes a state to a file, which appears whole or not at all. */
  @FunctionalInterface
  public interface State {
    /**
     * Writes it.
     *
     * @param file the file
     * @throws IOException if the file cannot be written
     */
    void write(Path file) throws IOException;
  }

  /**
   * Starts to count the time.
   *
   * @param checkpoint where to and how often, or null to save nothing
   * @param warnings is told when the state cannot be saved
   */
  public Savings(@Nullable Checkpoint checkpoint, Consumer<String> warnings) {
    this.checkpoint = checkpoint;
    this.warnings = warnings;
  }

  /**
   * Whether it is time to save.
   *
   * @return false if there is no checkpoint
   */
  public boolean isDue() {
    return checkpoint != null
        && Duration.ofNanos(System.nanoTime() - last).compareTo(checkpoint.interval()) >= 0;
  }

  /**
   * Saves a state, if there is a checkpoint. If the file cannot be written, the work goes on, which
   * matters more: the file keeps its last state, and the next saving is due as ever. Of several
   * failures in a row, the first is told.
   *
   * @param state the state
   */
  public void save(State state) {
    if (checkpoint == null) {
      return;
    }
    try {
      state.write(checkpoint.file());
      failed = false;
    } catch (IOException e) {
      if (!failed) {
        warnings.accept("the state is not saved, and is tried again: " + e.getMessage());
      }
      failed = true;
    }
    last = System.nanoTime();
  }
}
