package io.github.calib8.engine;

/**
 * A model that the engine refuses, or a run that fails inside it; the cause is the engine's own.
 */
public class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its text.
   *
   * @param message what was expected, what was found, and in which model
   */
  public EngineException(String message) {
    super(message);
  }

  /**
   * An error with its text and cause.
   *
   * @param message what was expected, what was found, and in which model
   * @param cause the engine's error
   */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
