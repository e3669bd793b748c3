package io.github.calib8.cli;

/** What the process ends with. */
final class ExitCode {

  static final int FINE = 0;

  /** An accuracy or its loss is beyond the limit that the user gave, or a check differs. */
  static final int LIMIT_BROKEN = 1;

  static final int WRONG_USAGE = 2;
  static final int BAD_INPUT = 3;

  /** An error that nothing in the input explains: a fault of the program. */
  static final int INTERNAL_ERROR = 4;

  /** Ctrl-C: what shells take for it, 128 and the signal's number. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
