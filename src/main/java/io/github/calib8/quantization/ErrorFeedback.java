package io.github.calib8.quantization;

/**
 * Rounds the weights of some output channels one input after the other, each with the errors of
 * those before it, so that e^T A e is small for the errors e of a channel, with A the damped sum of
 * x x^T over the inputs x of a layer.
 *
 * <p>Immutable and thread-safe.
 */
sealed interface ErrorFeedback permits MatrixFeedback, WindowFeedback {
  /**
   * What errors do.
   *
   * @param errors [inputs][channels]
   * @return e^T A e of each channel
   */
  double[] energies(double[][] errors);

  /**
   * Rounds.
   *
   * @param weights [inputs][channels]; become integers
   * @param grid the integers of the channels
   * @return e^T A e of each channel
   */
  double[] round(double[][] weights, WeightGrid grid);
}
