package io.github.calib8.dataset;

import org.jspecify.annotations.Nullable;

/**
 * An image file, a label file or a data set that cannot be used as it is.
 *
 * <p>The message names the file (and the line, where there is one), what was expected and what was
 * found. Immutable and safe for use by several threads.
 */
public class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what was expected, what was found, and where
   */
  public DatasetException(String message) {
    super(message);
  }

  /**
   * Creates an exception that another one caused.
   *
   * @param message what was expected, what was found, and where
   * @param cause the failure below, or null if there was none
   */
  public DatasetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
