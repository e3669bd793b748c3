package io.github.calib8.cli;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.files.WholeFile;
import io.github.calib8.report.AccuracyJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that measures, and what it does with its reports. */
final class CommonOptions {

  static final String STACKTRACE = "--stacktrace";

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description = "Threads of the engine, and of those that decode. Default: all cores.")
  private int threads = EngineOptions.defaults().threads();

  @Option(
      names = "--json",
      paramLabel = "OUT.json",
      description = "Write the figures to this file, too.")
  private @Nullable Path json;

  @Option(names = STACKTRACE, description = "Show where an error comes from.")
  private boolean stacktrace;

  int threads() {
    return threads;
  }

  /** Where the figures are to be written, if anywhere. */
  @Nullable Path json() {
    return json;
  }

  void publish(List<AccuracyReport> reports, PrintWriter out) throws IOException {
    if (json != null) {
      WholeFile.write(json, AccuracyJson.toJson(reports, reports.get(0).environment()));
    }
    out.print(AccuracyReport.toMarkdown(reports));
    out.flush();
  }
}
