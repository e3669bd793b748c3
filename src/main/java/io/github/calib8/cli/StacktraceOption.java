package io.github.calib8.cli;

import picocli.CommandLine.Option;

/** The option of commands that have no other in common with those that measure. */
final class StacktraceOption {

  @Option(names = CommonOptions.STACKTRACE, description = "Show where an error comes from.")
  private boolean stacktrace;
}
