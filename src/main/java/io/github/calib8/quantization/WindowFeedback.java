package io.github.calib8.quantization;

import java.util.Arrays;
import java.util.List;

/**
 * Feedback through the inputs x themselves, without the sum of x x^T: the way where there are few
 * of them, as the matrix is then of low rank and would be far larger than they are.
 *
 * <p>Rows are rounded with the errors of those before them, and those behind them are to make good
 * what they can. With X the values of the inputs, a row for each weight, and d the damping, the
 * matrix without what rows R behind a row can make good is, off its diagonal, that of X M X^T, for
 * M = d (X_R^T X_R + d)^-1 = 1 - X_R^T (X_R X_R^T + d)^-1 X_R. M has as many rows as there are
 * inputs, and each row k that joins R changes it by a product of the vector g = M x_k with itself:
 * M - g g^T / (d + x_k g) (Sherman and Morrison), where nothing cancels. So row k wants to be moved
 * by g_k r / (d + x_k g_k), with r what the errors of the rows before it do to the output for each
 * input. That is the factor of Cholesky, row by row, in other words.
 *
 * @see <a href="https://epubs.siam.org/doi/book/10.1137/1.9781421407944">G. Golub, C. Van Loan:
 *     Matrix Computations, 4th edition, section 2.1.4</a>
 */
final class WindowFeedback implements ErrorFeedback {
  /** Rows that are worked on before M, or the sums over the errors, hear of them. */
  private static final int BLOCK = 32;

  private final double damping;

  /** [rows][windows]. */
  private final double[][] x;

  /** g of each row, [rows][windows]. */
  private final double[][] gains;

  /** d + x g. */
  private final double[] pivots;

  /** g of a row times x of those before it in its block. */
  private final double[][] products;

  private WindowFeedback(double[][] x, double damping) {
    this.damping = damping;
    this.x = x;
    this.gains = new double[x.length][x[0].length];
    this.pivots = new double[x.length];
    this.products = new double[x.length][];
  }

  /**
   * Finds how rows go together.
   *
   * @param windows inputs of the layer
   * @param places where in a window the value of each row is
   * @param damping is added to the diagonal
   */
  static WindowFeedback of(List<float[]> windows, int[] places, double damping) {
    double[][] x = new double[places.length][multiple(windows.size())];
    for (int w = 0; w < windows.size(); w++) {
      float[] window = windows.get(w);
      for (int k = 0; k < places.length; k++) {
        x[k][w] = window[places[k]];
      }
    }
    WindowFeedback feedback = new WindowFeedback(x, damping);
    feedback.factor();
    return feedback;
  }

  /** The memory that it takes, with sums over the errors of some channels. */
  static long bytes(long inputs, long windows, long channels) {
    return Double.BYTES * windows * (2 * inputs + windows + channels);
  }

  /** The least number of windows, some of them of zeros, that {@link ScaledRows} takes. */
  private static int multiple(int windows) {
    return (windows + ScaledRows.COUNT - 1) / ScaledRows.COUNT * ScaledRows.COUNT;
  }

  private void factor() {
    int windows = x[0].length;
    double[][] m = new double[windows][windows];
    for (int i = 0; i < windows; i++) {
      m[i][i] = 1;
    }
    double[] factors = new double[BLOCK];
    int end = x.length;
    while (end > 0) {
      int start = (end - 1) / BLOCK * BLOCK;
      for (int i = 0; i < windows; i += ScaledRows.COUNT) {
        for (int k = start; k < end; k++) {
          ScaledRows.add(gains[k], m, i, x[k], i, 0, windows);
        }
      }
      factorRows(start, end);
      for (int i = 0; i < windows; i++) {
        for (int k = start; k < end; k++) {
          factors[k - start] = -gains[k][i] / pivots[k];
        }
        ScaledRows.addProducts(m[i], gains, start, factors, 0, end - start);
      }
      Interrupted.check();
      end = start;
    }
  }

  /** Some rows, of which those behind them are done. */
  private void factorRows(int start, int end) {
    for (int k = end - 1; k >= start; k--) {
      pivots[k] = damping + product(x[k], gains[k]);
      products[k] = new double[k - start];
      for (int j = start; j < k; j++) {
        products[k][j - start] = product(x[j], gains[k]);
        double share = -products[k][j - start] / pivots[k];
        ScaledRows.add(gains[j], gains[k], share, 0, gains[k].length);
      }
    }
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public double[] energies(double[][] errors) {
    double[][] sums = new double[x[0].length][errors[0].length];
    double[] squares = new double[errors[0].length];
    for (int start = 0; start < x.length; start += BLOCK) {
      int end = Math.min(x.length, start + BLOCK);
      add(sums, errors, start, start, end);
      for (int k = start; k < end; k++) {
        addSquares(squares, errors[k]);
      }
    }
    return energies(sums, squares);
  }

  @Override
  public double[] round(double[][] weights, WeightGrid grid) {
    int channels = grid.channels();
    double[][] sums = new double[x[0].length][channels];
    double[] squares = new double[channels];
    double[][] errors = new double[BLOCK][channels];
    double[][] moved = new double[BLOCK][channels];
    for (int start = 0; start < x.length; start += BLOCK) {
      int end = Math.min(x.length, start + BLOCK);
      for (int k = start; k < end; k++) {
        Arrays.fill(moved[k - start], 0);
      }
      for (int i = 0; i < sums.length; i += ScaledRows.COUNT) {
        for (int k = start; k < end; k++) {
          ScaledRows.add(moved[k - start], sums, i, gains[k], i, 0, channels);
        }
      }
      for (int k = start; k < end; k++) {
        ScaledRows.addProducts(moved[k - start], errors, products[k], 0, k - start);
        grid.round(weights[k], moved[k - start], pivots[k], errors[k - start]);
        addSquares(squares, errors[k - start]);
      }
      add(sums, errors, 0, start, end);
      Interrupted.check();
    }
    return energies(sums, squares);
  }

  /** Adds what the errors of a block of rows, from the given place on, do for each input. */
  private void add(double[][] sums, double[][] errors, int from, int start, int end) {
    double[] factors = new double[end - start];
    for (int i = 0; i < sums.length; i++) {
      for (int k = start; k < end; k++) {
        factors[k - start] = x[k][i];
      }
      ScaledRows.addProducts(sums[i], errors, from, factors, 0, factors.length);
    }
  }

  private static void addSquares(double[] squares, double[] values) {
    for (int c = 0; c < squares.length; c++) {
      squares[c] += values[c] * values[c];
    }
  }

  private double[] energies(double[][] sums, double[] squares) {
    double[] energies = new double[squares.length];
    for (int c = 0; c < energies.length; c++) {
      energies[c] = damping * squares[c];
    }
    for (double[] sum : sums) {
      addSquares(energies, sum);
    }
    return energies;
  }
}
