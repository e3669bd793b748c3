package io.github.calib8.report;

import io.github.calib8.work.Internal;
import java.util.Objects;

/**
 * A figure beside what it should be. A value; immutable and thread-safe.
 *
 * @param what the figure's name
 * @param found what it is
 * @param expected what it should be, and how far off it may be
 * @param passed whether it is near enough
 */
@Internal
public record Check(String what, String found, String expected, boolean passed) {
  /** Checks that nothing is missing. */
  public Check {
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(found, "found");
    Objects.requireNonNull(expected, "expected");
  }
}
