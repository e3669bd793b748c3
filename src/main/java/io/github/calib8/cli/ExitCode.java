package io.github.calib8.cli;

/** What the process ends with. 1 is kept for an accuracy loss above a limit. */
final class ExitCode {

  static final int FINE = 0;
  static final int WRONG_USAGE = 2;
  static final int BAD_INPUT = 3;

  /** An error that nothing in the input explains: a fault of the program. */
  static final int INTERNAL_ERROR = 4;

  private ExitCode() {}
}
