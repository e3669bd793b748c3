package io.github.calib8.scale;

/**
 * A calibration table that cannot be understood; the message names the file, and the position,
 * field or tensor.
 */
public class CalibrationTableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was expected, what was found, and where
   */
  public CalibrationTableException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what was expected, what was found, and where
   * @param cause what went wrong underneath
   */
  public CalibrationTableException(String message, Throwable cause) {
    super(message, cause);
  }
}
