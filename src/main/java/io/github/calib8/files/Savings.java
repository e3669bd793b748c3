package io.github.calib8.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Saves the state of long work to its checkpoint now and then, if it has one. Not thread-safe: for
 * the thread that does the work.
 */
public final class Savings {
  private final @Nullable Checkpoint checkpoint;
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
   */
  public Savings(@Nullable Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /**
   * Whether it is time to save.
   *
   * @return false if there is no checkpoint
   */
  public boolean isDue() {
    return checkpoint != null && System.nanoTime() - last >= checkpoint.interval().toNanos();
  }

  /**
   * Saves a state, if there is a checkpoint.
   *
   * @param state the state
   * @throws UncheckedIOException if the file cannot be written
   */
  public void save(State state) {
    if (checkpoint == null) {
      return;
    }
    try {
      state.write(checkpoint.file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    last = System.nanoTime();
  }
}
