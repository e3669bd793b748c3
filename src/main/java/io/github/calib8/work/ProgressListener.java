package io.github.calib8.work;

/**
 * Is told how far a run has come, over images above all.
 *
 * <p>Called on the thread that runs the work, one call at a time and with {@code done} never
 * decreasing within a phase; an exception that it throws ends the run.
 */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Called at the start of each phase, with what an earlier run has done of it, and after each
   * step.
   *
   * @param progress the state reached
   */
  void progress(Progress progress);

  /**
   * Called when something went wrong that does not end the run, such as a checkpoint that cannot be
   * written.
   *
   * @param warning what, in a line that names the file
   */
  default void warning(String warning) {}

  /**
   * Called before work that takes long, with what it is going to take.
   *
   * @param cost what, in a line
   */
  default void cost(String cost) {}
}
