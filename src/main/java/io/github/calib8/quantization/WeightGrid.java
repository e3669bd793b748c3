package io.github.calib8.quantization;

import io.github.calib8.scale.QuantizationParameters;

/**
 * What the weights of some channels can become.
 *
 * @param scales of the channels
 * @param bounds the largest integers of the channels
 */
record WeightGrid(float[] scales, int[] bounds) {
  int channels() {
    return scales.length;
  }

  /**
   * Rounds the weights of one input.
   *
   * @param weights of the channels; become integers
   * @param moved what earlier errors want of each weight, times the divisor
   * @param errors become those of the weights
   */
  void round(double[] weights, double[] moved, double divisor, double[] errors) {
    for (int c = 0; c < scales.length; c++) {
      double wanted = weights[c] + moved[c] / divisor;
      // In single precision, as to nearest: nothing moved is nothing changed.
      double nearest = QuantizationParameters.roundHalfToEven((float) wanted / scales[c]);
      double integer = Math.max(-bounds[c], Math.min(bounds[c], nearest));
      errors[c] = weights[c] - integer * scales[c];
      weights[c] = integer;
    }
  }
}
