package io.github.calib8.quantization;

/**
 * Adds multiples of rows to a row: the one inner loop of all that is done to matrices here.
 *
 * <p>Four rows at once, so that the sum is loaded and stored once for eight operations, and no
 * more, since the compiler makes vector instructions of this form and of no larger one. Each
 * element's operations have one order, whatever the vectors' length.
 */
final class ScaledRows {
  /** Rows at once. */
  static final int COUNT = 4;

  private ScaledRows() {}

  /**
   * {@code sum[j] += f[at] * rows[r][j] + ... + f[at + 3] * rows[r + 3][j]} for a range of j.
   *
   * @param rows at least four from {@code r} on
   * @param factors at least four from {@code at} on
   */
  static void add(
      double[] sum, double[][] rows, int r, double[] factors, int at, int from, int to) {
    add(
        sum,
        rows[r],
        rows[r + 1],
        rows[r + 2],
        rows[r + 3],
        factors[at],
        factors[at + 1],
        factors[at + 2],
        factors[at + 3],
        from,
        to);
  }

  private static void add(
      double[] sum,
      double[] x0,
      double[] x1,
      double[] x2,
      double[] x3,
      double f0,
      double f1,
      double f2,
      double f3,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      sum[j] += f0 * x0[j] + f1 * x1[j] + f2 * x2[j] + f3 * x3[j];
    }
  }

  /** {@code sum[j] += factor * row[j]} for a range of j. */
  static void add(double[] sum, double[] row, double factor, int from, int to) {
    for (int j = from; j < to; j++) {
      sum[j] += factor * row[j];
    }
  }

  /** {@code sum[c] += factors[j] * rows[j][c]} for a range of j. */
  static void addProducts(double[] sum, double[][] rows, double[] factors, int from, int to) {
    addProducts(sum, rows, from, factors, from, to);
  }

  /** {@code sum[c] += factors[j] * rows[j + r - from][c]} for a range of j. */
  static void addProducts(
      double[] sum, double[][] rows, int r, double[] factors, int from, int to) {
    int j = from;
    for (; j + COUNT <= to; j += COUNT) {
      add(sum, rows, j + r - from, factors, j, 0, sum.length);
    }
    for (; j < to; j++) {
      add(sum, rows[j + r - from], factors[j], 0, sum.length);
    }
  }
}
