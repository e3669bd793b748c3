package io.github.calib8.cli;

import io.github.calib8.engine.EngineOptions;
import picocli.CommandLine.Option;

/** The options of every command that measures. */
final class CommonOptions {

  static final String STACKTRACE = "--stacktrace";

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description = "Threads of the engine, and of those that decode. Default: all cores.")
  private int threads = EngineOptions.defaults().threads();

  @Option(names = STACKTRACE, description = "Show where an error comes from.")
  private boolean stacktrace;

  int threads() {
    return threads;
  }
}
