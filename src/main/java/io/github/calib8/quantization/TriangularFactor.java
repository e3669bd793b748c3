package io.github.calib8.quantization;

/**
 * Factors a symmetric positive definite matrix: {@code A = V^T V} with V lower triangular. That is
 * Cholesky's factorization from the last row to the first, in blocks.
 *
 * @see <a href="https://epubs.siam.org/doi/book/10.1137/1.9781421407944">G. Golub, C. Van Loan:
 *     Matrix Computations, 4th edition, section 4.2</a>
 */
final class TriangularFactor {
  /** Rows that are factored before the rest of the matrix hears of them; a multiple of four. */
  private static final int BLOCK = 64;

  private static final int TILE = 512;

  private TriangularFactor() {}

  /**
   * Factors in place.
   *
   * @param a the lower triangle, row i of i + 1 columns; becomes V
   */
  static void factor(double[][] a) {
    double[] factors = new double[BLOCK];
    int end = a.length;
    while (end > 0) {
      int start = (end - 1) / BLOCK * BLOCK;
      Interrupted.check();
      factorRows(a, start, end);
      for (int tile = 0; tile < start; tile += TILE) {
        for (int i = tile; i < start; i++) {
          int to = Math.min(i + 1, tile + TILE);
          for (int k = start; k < end; k++) {
            factors[k - start] = -a[k][i];
          }
          int k = start;
          for (; k + ScaledRows.COUNT <= end; k += ScaledRows.COUNT) {
            ScaledRows.add(a[i], a, k, factors, k - start, tile, to);
          }
          for (; k < end; k++) {
            ScaledRows.add(a[i], a[k], factors[k - start], tile, to);
          }
        }
      }
      end = start;
    }
  }

  /** Some rows, of which those behind them are done. */
  private static void factorRows(double[][] a, int start, int end) {
    for (int k = end - 1; k >= start; k--) {
      double[] row = a[k];
      double pivot = Math.sqrt(row[k]);
      for (int j = 0; j < k; j++) {
        row[j] /= pivot;
      }
      row[k] = pivot;
      for (int i = start; i < k; i++) {
        ScaledRows.add(a[i], row, -row[i], 0, i + 1);
      }
    }
  }
}
