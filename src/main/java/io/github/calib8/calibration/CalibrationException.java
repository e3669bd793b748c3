package io.github.calib8.calibration;

/**
 * A model that cannot be calibrated because its weights or activations are not finite, or a file of
 * statistics that cannot be read.
 */
public class CalibrationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its text.
   *
   * @param message what was expected, what was found, and where
   */
  public CalibrationException(String message) {
    super(message);
  }

  /**
   * An error with its text and cause.
   *
   * @param message what was expected, what was found, and where
   * @param cause the underlying error
   */
  public CalibrationException(String message, Throwable cause) {
    super(message, cause);
  }
}
