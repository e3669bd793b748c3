package io.github.calib8.caffe;

/**
 * A Caffe file that cannot be read or imported; the text names the file, and the line and layer or
 * the byte.
 */
public class CaffeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its text.
   *
   * @param message what was expected, what was found, and where
   */
  public CaffeException(String message) {
    super(message);
  }

  /**
   * An error with its text and cause.
   *
   * @param message what was expected, what was found, and where
   * @param cause the underlying error
   */
  public CaffeException(String message, Throwable cause) {
    super(message, cause);
  }
}
