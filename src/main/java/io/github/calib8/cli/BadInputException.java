package io.github.calib8.cli;

/** Files, options and data that do not fit together, found by a command itself. */
final class BadInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BadInputException(String message) {
    super(message);
  }
}
