package io.github.calib8.work;

import java.util.Objects;

/**
 * How far a run over images has come.
 *
 * <p>Immutable and safe for use by several threads.
 *
 * @param phase what is being done, for people to read
 * @param done how many images are done, 0 to {@code total}; those of an earlier run count
 * @param total how many images there are
 */
public record Progress(String phase, long done, long total) {
  /** Checks the arguments. */
  public Progress {
    Objects.requireNonNull(phase, "phase");
    if (done < 0 || total < done) {
      throw new IllegalArgumentException(
          "Expected 0 <= done <= total, found done " + done + ", total " + total);
    }
  }
}
