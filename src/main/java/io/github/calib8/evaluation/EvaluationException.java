package io.github.calib8.evaluation;

/**
 * Thrown where a model's outputs do not fit the images they were computed from: a value that is not
 * finite, or a label that is no class of the model; the message names the model and the image. Also
 * where a saved evaluation cannot be used; the message names the file.
 */
public class EvaluationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was expected, what was found, and where
   */
  public EvaluationException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message what was expected, what was found, and where
   * @param cause the underlying error
   */
  public EvaluationException(String message, Throwable cause) {
    super(message, cause);
  }
}
