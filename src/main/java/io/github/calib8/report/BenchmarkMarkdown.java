package io.github.calib8.report;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.engine.Placement;
import java.util.List;

/**
 * The Markdown form of benchmark reports, for people.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class BenchmarkMarkdown {

  private BenchmarkMarkdown() {}

  /**
   * Renders reports: environment, speed-ups, all measurements, and the figures as tables.
   *
   * @param reports 1 or more, all of the same environment
   * @return the text, ended by {@code \n}
   */
  public static String toMarkdown(List<BenchmarkReport> reports) {
    StringBuilder text = new StringBuilder();
    text.append(reports.get(0).environment().describe()).append(" for each worker.\n");
    if (reports.get(0).placement() == Placement.DEVICE) {
      text.append("Images and scores stay on the device: no copies are measured.\n");
    }
    text.append("Energy: ").append(reports.get(0).meter()).append(".\n\n");
    text.append(BenchmarkTables.models(reports).toMarkdown()).append('\n');
    TextTable speedups = BenchmarkTables.speedups(reports);
    if (!speedups.rows().isEmpty()) {
      text.append(BenchmarkTables.SPEEDUPS).append("\n\n");
      text.append(speedups.toMarkdown()).append('\n');
    }
    List<String> disturbances = BenchmarkTables.disturbances(reports);
    if (!disturbances.isEmpty()) {
      text.append(String.join("\n", disturbances)).append("\n\n");
    }
    text.append(BenchmarkTables.measurements(reports).toMarkdown());
    TextTable builds = BenchmarkTables.builds(reports);
    if (!builds.rows().isEmpty()) {
      text.append('\n').append(builds.toMarkdown());
    }
    for (Figure figure : BenchmarkFigures.of(reports)) {
      text.append('\n').append(figure.title()).append(".\n\n");
      text.append(BenchmarkTables.of(figure).toMarkdown());
    }
    return text.toString();
  }
}
