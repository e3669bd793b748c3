package io.github.calib8.cli;

import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * Shows progress: a bar that is drawn over and over on a terminal, else a plain line now and then
 * and at the end of each phase. Both tell the images a second, or what else is counted, and the
 * time left, of this run's alone. For one thread.
 */
final class ConsoleProgress {

  private static final int BAR_WIDTH = 24;
  private static final int SHORTEST_BAR = 6;
  private static final long NANOS = 1_000_000_000;
  private static final long BAR_INTERVAL = NANOS / 10;
  private static final long LINE_INTERVAL = 10 * NANOS;

  private final PrintWriter out;
  private final OptionalInt columns;
  private final LongSupplier clock;

  /**
   * Creates a display.
   *
   * @param out standard error, as standard output is for results
   * @param columns the width of the terminal; none if nobody watches
   * @param clock nanoseconds from any origin
   */
  ConsoleProgress(PrintWriter out, OptionalInt columns, LongSupplier clock) {
    this.out = out;
    this.columns = columns;
    this.clock = clock;
  }

  /** A listener for one task; its lines begin with the subject. */
  ProgressListener of(String subject) {
    return new Task(subject);
  }

  private final class Task implements ProgressListener {

    private final String subject;
    private String phase = "";
    private long started;
    private long before;
    private long shown;
    private int width;

    Task(String subject) {
      this.subject = subject;
    }

    @Override
    public void progress(Progress progress) {
      long now = clock.getAsLong();
      boolean first = !progress.phase().equals(phase);
      if (first) {
        phase = progress.phase();
        started = now;
        shown = now;
        before = progress.done();
      }
      boolean last = progress.done() == progress.total();
      if (columns.isPresent()) {
        if (first || last || now - shown >= BAR_INTERVAL) {
          shown = now;
          draw(progress, now - started, last);
        }
      } else if (last || now - shown >= LINE_INTERVAL) {
        shown = now;
        out.println(subject + ": " + phase + ", " + figures(progress, now - started, true));
        out.flush();
      }
    }

    @Override
    public void warning(String warning) {
      line("warning: " + warning);
    }

    @Override
    public void cost(String cost) {
      line(cost);
    }

    private void line(String text) {
      if (width > 0) {
        out.print("\r" + " ".repeat(width) + "\r");
      }
      out.println(subject + ": " + text);
      out.flush();
    }

    private void draw(Progress progress, long nanos, boolean last) {
      String title = subject + ": " + phase + " ";
      String figures = figures(progress, nanos, true);
      // A line that fills the last column may go on in the next row, and could not be drawn over.
      int room = Math.max(1, columns.getAsInt() - 1);
      if (title.length() + figures.length() > room) {
        // The time left is what people look for.
        figures = figures(progress, nanos, false);
        if (figures.length() > room) {
          figures = figures.substring(figures.lastIndexOf(", ") + 1).strip();
        }
        int most = Math.max(0, room - figures.length());
        title =
            title.length() > most
                ? title.substring(0, Math.max(0, most - 1)) + (most > 0 ? " " : "")
                : title;
      }
      String line = title + bar(progress, room - title.length() - figures.length()) + figures;
      if (line.length() > room) {
        line = line.substring(0, room);
      }
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      width = line.length();
      if (last) {
        out.println();
        width = 0;
      }
      out.flush();
    }

    private String figures(Progress progress, long nanos, boolean rated) {
      String counts = "%s of %s %s".formatted(progress.done(), progress.total(), progress.unit());
      long done = progress.done() - before;
      if (done == 0 || nanos <= 0) {
        return counts + (progress.done() == progress.total() ? ", all from an earlier run" : "");
      }
      double seconds = nanos / (double) NANOS;
      double rate = done / seconds;
      String time =
          progress.done() == progress.total()
              ? String.format(Locale.ROOT, "%.1f s", seconds)
              : left((progress.total() - progress.done()) / rate);
      if (!rated) {
        return counts + ", " + time;
      }
      return String.format(Locale.ROOT, "%s, %.1f %s/s, %s", counts, rate, progress.unit(), time);
    }
  }

  private static String left(double seconds) {
    long whole = (long) Math.ceil(seconds);
    if (whole < 60) {
      return whole + " s left";
    }
    long minutes = whole / 60;
    return minutes < 60
        ? String.format(Locale.ROOT, "%d:%02d min left", minutes, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h left", minutes / 60, minutes % 60);
  }

  /** The bar with what is around it, or nothing where there is no room. */
  private static String bar(Progress progress, int room) {
    int width = Math.min(BAR_WIDTH, room - "[] ".length());
    if (width < SHORTEST_BAR) {
      return "";
    }
    int filled = progress.total() == 0 ? width : (int) (width * progress.done() / progress.total());
    return "[" + "#".repeat(filled) + "-".repeat(width - filled) + "] ";
  }
}
