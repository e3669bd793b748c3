package io.github.calib8.cli;

import io.github.calib8.dataset.Progress;
import io.github.calib8.dataset.ProgressListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows progress: a bar that is drawn over and over on a terminal, else a plain line now and then
 * and at the end of each phase. For one thread.
 */
final class ConsoleProgress {

  private static final int BAR_WIDTH = 24;
  private static final long NANOS = 1_000_000_000;
  private static final long BAR_INTERVAL = NANOS / 10;
  private static final long LINE_INTERVAL = 5 * NANOS;

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier clock;

  /**
   * Creates a display.
   *
   * @param out standard error, as standard output is for results
   * @param terminal whether a person watches
   * @param clock nanoseconds from any origin
   */
  ConsoleProgress(PrintWriter out, boolean terminal, LongSupplier clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
  }

  /** A listener for one task; its lines begin with the subject. */
  ProgressListener of(String subject) {
    return new Task(subject);
  }

  private final class Task implements ProgressListener {

    private final String subject;
    private final long created = clock.getAsLong();
    private String phase = "";
    private long started;
    private long shown;
    private int width;

    Task(String subject) {
      this.subject = subject;
    }

    @Override
    public void progress(Progress progress) {
      long now = clock.getAsLong();
      if (!progress.phase().equals(phase)) {
        started = phase.isEmpty() ? created : shown;
        shown = started;
        phase = progress.phase();
      }
      boolean last = progress.done() == progress.total();
      if (last || now - shown >= (terminal ? BAR_INTERVAL : LINE_INTERVAL)) {
        shown = now;
        show(progress, now - started, last);
      }
    }

    private void show(Progress progress, long nanos, boolean last) {
      double seconds = Math.max(1, nanos) / (double) NANOS;
      String figures =
          String.format(
              Locale.ROOT,
              "%d of %d images, %.1f images/s, %.1f s",
              progress.done(),
              progress.total(),
              progress.done() / seconds,
              seconds);
      if (terminal) {
        String line = subject + ": " + phase + " " + bar(progress) + " " + figures;
        out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        width = line.length();
        if (last) {
          out.println();
          width = 0;
        }
      } else {
        out.println(subject + ": " + phase + ", " + figures);
      }
      out.flush();
    }
  }

  private static String bar(Progress progress) {
    int filled =
        progress.total() == 0 ? BAR_WIDTH : (int) (BAR_WIDTH * progress.done() / progress.total());
    return "[" + "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled) + "]";
  }
}
