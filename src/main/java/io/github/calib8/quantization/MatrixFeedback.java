package io.github.calib8.quantization;

import java.util.Arrays;
import java.util.List;

/**
 * Feedback through the sum of x x^T: a matrix A and its factor V, A = V^T V. The way where there
 * are at least half as many inputs x as they have values.
 */
final class MatrixFeedback implements ErrorFeedback {
  /** Rows that are worked on before the others hear of them. */
  private static final int BLOCK = 64;

  private final double[][] factor;

  /**
   * @param factor V, row i of i + 1 columns
   */
  MatrixFeedback(double[][] factor) {
    this.factor = factor;
  }

  /**
   * Factors.
   *
   * @param windows inputs of the layer
   * @param places where in a window the value of each row is
   * @param damping is added to the diagonal
   */
  static MatrixFeedback of(List<float[]> windows, int[] places, double damping) {
    SecondMoments moments = new SecondMoments(places.length);
    moments.add(windows, places);
    double[][] factor = moments.sums();
    for (int i = 0; i < factor.length; i++) {
      factor[i][i] += damping;
    }
    TriangularFactor.factor(factor);
    return new MatrixFeedback(factor);
  }

  /** The memory that it takes. */
  static long bytes(long inputs) {
    return Double.BYTES * inputs * inputs / 2;
  }

  @Override
  public double[] energies(double[][] errors) {
    double[] energies = new double[errors[0].length];
    double[][] sums = new double[BLOCK][energies.length];
    for (int start = 0; start < errors.length; start += BLOCK) {
      int end = Math.min(errors.length, start + BLOCK);
      addBefore(sums, errors, start, end);
      for (int k = start; k < end; k++) {
        double[] sum = sums[k - start];
        ScaledRows.addProducts(sum, errors, factor[k], start, k + 1);
        for (int c = 0; c < energies.length; c++) {
          energies[c] += sum[c] * sum[c];
        }
      }
    }
    return energies;
  }

  @Override
  public double[] round(double[][] weights, WeightGrid grid) {
    double[][] errors = new double[weights.length][grid.channels()];
    double[][] moved = new double[BLOCK][grid.channels()];
    for (int start = 0; start < weights.length; start += BLOCK) {
      int end = Math.min(weights.length, start + BLOCK);
      addBefore(moved, errors, start, end);
      for (int k = start; k < end; k++) {
        ScaledRows.addProducts(moved[k - start], errors, factor[k], start, k);
        grid.round(weights[k], moved[k - start], factor[k][k], errors[k]);
      }
    }
    return energies(errors);
  }

  /** What the errors of all rows before a block do to each row of it. */
  private void addBefore(double[][] sums, double[][] errors, int start, int end) {
    for (int k = start; k < end; k++) {
      Arrays.fill(sums[k - start], 0);
    }
    for (int j = 0; j < start; j += ScaledRows.COUNT) {
      for (int k = start; k < end; k++) {
        ScaledRows.add(sums[k - start], errors, j, factor[k], j, 0, sums[0].length);
      }
    }
  }
}
