package io.github.calib8.quantization;

import java.util.List;

/**
 * The sum of x x^T over inputs x of a layer, in double precision; the lower triangle alone.
 *
 * <p>An accumulator for one thread. The result depends on the inputs and their order alone.
 */
final class SecondMoments {
  /** Inputs that a pass over the matrix adds: a multiple of {@link ScaledRows#COUNT}. */
  private static final int AT_ONCE = 16;

  /** Columns that a pass covers: those of some rows stay in a core's first cache. */
  private static final int TILE = 256;

  private final int columns;
  private final double[][] sums;

  /**
   * Sums of no input.
   *
   * @param columns the values of an input
   */
  SecondMoments(int columns) {
    this.columns = columns;
    this.sums = new double[columns][];
    for (int i = 0; i < columns; i++) {
      sums[i] = new double[i + 1];
    }
  }

  /**
   * Adds inputs.
   *
   * @param inputs rows of values
   * @param places where in a row the value of each column is
   */
  void add(List<float[]> inputs, int[] places) {
    double[][] x = new double[AT_ONCE][columns];
    double[] factors = new double[AT_ONCE];
    for (int first = 0; first < inputs.size(); first += x.length) {
      Interrupted.check();
      for (int p = 0; p < x.length; p++) {
        float[] input = first + p < inputs.size() ? inputs.get(first + p) : null;
        for (int j = 0; j < columns; j++) {
          x[p][j] = input == null ? 0 : input[places[j]];
        }
      }
      for (int tile = 0; tile < columns; tile += TILE) {
        for (int i = tile; i < columns; i++) {
          for (int p = 0; p < x.length; p++) {
            factors[p] = x[p][i];
          }
          int to = Math.min(i + 1, tile + TILE);
          for (int p = 0; p < x.length; p += ScaledRows.COUNT) {
            ScaledRows.add(sums[i], x, p, factors, p, tile, to);
          }
        }
      }
    }
  }

  /** Row i has the columns 0 to i. */
  double[][] sums() {
    return sums;
  }
}
