package io.github.calib8.quantization;

import io.github.calib8.scale.QuantizationParameters;
import java.util.Arrays;

/**
 * Rounds the weights of some output channels one input after the other, each with the errors of
 * those before it, weighted by a factor V of a matrix A = V^T V; so that e^T A e is small for the
 * errors e of a channel.
 */
final class FeedbackRounding {
  /** Inputs that are rounded before the others hear of them. */
  private static final int BLOCK = 64;

  private FeedbackRounding() {}

  /**
   * Rounds.
   *
   * @param weights [inputs][channels]; become integers
   * @param scales of the channels
   * @param bounds the largest integers of the channels
   * @param factor V, row i of i + 1 columns
   * @return e^T A e of each channel
   */
  static double[] round(double[][] weights, float[] scales, int[] bounds, double[][] factor) {
    int channels = scales.length;
    double[][] errors = new double[weights.length][channels];
    double[][] moved = new double[BLOCK][channels];
    double[] energies = new double[channels];
    for (int start = 0; start < weights.length; start += BLOCK) {
      int end = Math.min(weights.length, start + BLOCK);
      for (int k = start; k < end; k++) {
        Arrays.fill(moved[k - start], 0);
      }
      for (int j = 0; j < start; j += ScaledRows.COUNT) {
        for (int k = start; k < end; k++) {
          ScaledRows.add(moved[k - start], errors, j, factor[k], j, 0, channels);
        }
      }
      for (int k = start; k < end; k++) {
        addProducts(moved[k - start], errors, factor[k], start, k);
        double pivot = factor[k][k];
        for (int c = 0; c < channels; c++) {
          double wanted = weights[k][c] + moved[k - start][c] / pivot;
          // In single precision, as to nearest: nothing moved is nothing changed.
          double nearest = QuantizationParameters.roundHalfToEven((float) wanted / scales[c]);
          double integer = Math.max(-bounds[c], Math.min(bounds[c], nearest));
          errors[k][c] = weights[k][c] - integer * scales[c];
          weights[k][c] = integer;
          double left = pivot * (wanted - integer * scales[c]);
          energies[c] += left * left;
        }
      }
    }
    return energies;
  }

  /**
   * What errors do.
   *
   * @param factor V
   * @param errors [inputs][channels]
   * @return e^T A e of each channel
   */
  static double[] energies(double[][] factor, double[][] errors) {
    double[] energies = new double[errors[0].length];
    double[][] sums = new double[BLOCK][energies.length];
    for (int start = 0; start < errors.length; start += BLOCK) {
      int end = Math.min(errors.length, start + BLOCK);
      for (int k = start; k < end; k++) {
        Arrays.fill(sums[k - start], 0);
      }
      for (int j = 0; j < start; j += ScaledRows.COUNT) {
        for (int k = start; k < end; k++) {
          ScaledRows.add(sums[k - start], errors, j, factor[k], j, 0, energies.length);
        }
      }
      for (int k = start; k < end; k++) {
        double[] sum = sums[k - start];
        addProducts(sum, errors, factor[k], start, k + 1);
        for (int c = 0; c < energies.length; c++) {
          energies[c] += sum[c] * sum[c];
        }
      }
    }
    return energies;
  }

  /** {@code sum[c] += factors[j] * errors[j][c]} for a range of j. */
  static void addProducts(double[] sum, double[][] errors, double[] factors, int from, int to) {
    int j = from;
    for (; j + ScaledRows.COUNT <= to; j += ScaledRows.COUNT) {
      ScaledRows.add(sum, errors, j, factors, j, 0, sum.length);
    }
    for (; j < to; j++) {
      ScaledRows.add(sum, errors[j], factors[j], 0, sum.length);
    }
  }
}
