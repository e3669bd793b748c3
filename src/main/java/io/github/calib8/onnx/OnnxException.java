package io.github.calib8.onnx;

/** An ONNX file or graph that cannot be read, or is not what an operation needs. */
public class OnnxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its text.
   *
   * @param message what was expected, what was found, and in which model
   */
  public OnnxException(String message) {
    super(message);
  }

  /**
   * An error with its text and cause.
   *
   * @param message what was expected, what was found, and in which model
   * @param cause the underlying error
   */
  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
