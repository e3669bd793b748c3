package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TriangularFactorTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 63, 64, 65, 130, 300, 530})
  void multipliedWithItselfItIsTheSumOfTheInputs(int columns) {
    Random random = new Random(columns);
    List<float[]> inputs = new ArrayList<>();
    for (int p = 0; p < 37; p++) {
      float[] input = new float[columns + 2];
      for (int i = 0; i < input.length; i++) {
        input[i] = (float) random.nextGaussian();
      }
      inputs.add(input);
    }
    int[] places = IntStream.range(0, columns).map(i -> columns + 1 - i).toArray();
    SecondMoments moments = new SecondMoments(columns);
    moments.add(inputs, places);
    double[][] a = moments.sums();
    double[][] expected = new double[columns][columns];
    for (int i = 0; i < columns; i++) {
      for (int j = 0; j <= i; j++) {
        for (float[] x : inputs) {
          expected[i][j] += (double) x[places[i]] * x[places[j]];
        }
        assertThat(a[i][j]).isCloseTo(expected[i][j], within(1e-9));
      }
      a[i][i] += 3;
      expected[i][i] += 3;
    }
    TriangularFactor.factor(a);
    for (int i = 0; i < columns; i += 1 + columns / 40) {
      for (int j = 0; j <= i; j++) {
        double product = 0;
        for (int k = i; k < columns; k++) {
          product += a[k][i] * a[k][j];
        }
        assertThat(product).isCloseTo(expected[i][j], within(1e-8));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 65, 200})
  void energiesAreThoseOfTheMatrix(int columns) {
    Random random = new Random(columns);
    double[][] factor = new double[columns][];
    double[][] errors = new double[columns][3];
    for (int i = 0; i < columns; i++) {
      factor[i] = random.doubles(i + 1).toArray();
      errors[i] = random.doubles(3).toArray();
    }
    double[] energies = new MatrixFeedback(factor).energies(errors);
    for (int c = 0; c < 3; c++) {
      double expected = 0;
      for (double[] row : factor) {
        double sum = 0;
        for (int j = 0; j < row.length; j++) {
          sum += row[j] * errors[j][c];
        }
        expected += sum * sum;
      }
      assertThat(energies[c]).isCloseTo(expected, within(1e-9 * expected));
    }
  }
}
