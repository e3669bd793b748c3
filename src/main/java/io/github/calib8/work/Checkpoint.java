package io.github.calib8.work;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * A file in which long work keeps what it has so far, so that it can go on from there when it is
 * cut short.
 *
 * <p>The file is replaced as a whole: whatever ends the process, it holds one complete state. Two
 * runs at the same time need two files. Immutable and thread-safe.
 *
 * @param file the file, there from an earlier run or not
 * @param interval the least time between two savings; after each batch if it is zero
 */
public record Checkpoint(Path file, Duration interval) {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the interval is negative
   */
  public Checkpoint {
    Objects.requireNonNull(file, "file");
    if (interval.isNegative()) {
      throw new IllegalArgumentException(
          "Expected an interval of 0 seconds or more, found " + interval);
    }
  }

  /**
   * A file that is saved to every 10 seconds at most.
   *
   * @param file the file, there from an earlier run or not
   * @return the checkpoint
   */
  public static Checkpoint in(Path file) {
    return new Checkpoint(file, DEFAULT_INTERVAL);
  }

  /**
   * Sets how often the state is saved.
   *
   * @param newInterval the least time between two savings, zero or more
   * @return a checkpoint in the same file
   * @throws IllegalArgumentException if the interval is negative
   */
  public Checkpoint withInterval(Duration newInterval) {
    return new Checkpoint(file, newInterval);
  }
}
