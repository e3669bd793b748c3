package io.github.calib8.work;

import java.util.Objects;

/**
 * How far a run has come: over images, or what else it works on one by one.
 *
 * <p>Immutable and safe for use by several threads.
 *
 * @param phase what is being done, for people to read
 * @param done how many are done, 0 to {@code total}; those of an earlier run count
 * @param total how many there are
 * @param unit what is counted, in the plural
 */
public record Progress(String phase, long done, long total, String unit) {
  /** Checks the arguments. */
  public Progress {
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(unit, "unit");
    if (done < 0 || total < done) {
      throw new IllegalArgumentException(
          "Expected 0 <= done <= total, found done " + done + ", total " + total);
    }
  }

  /**
   * Progress in images.
   *
   * @param phase what is being done, for people to read
   * @param done how many images are done
   * @param total how many images there are
   */
  public Progress(String phase, long done, long total) {
    this(phase, done, total, "images");
  }
}
