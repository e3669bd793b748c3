package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowFeedbackTest {
  private static final int CHANNELS = 3;
  private static final double DAMPING = 0.7;

  /** The matrix, which the windows stand for, is the oracle. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 9", "31, 4", "32, 5", "33, 8", "70, 30", "200, 13", "40, 90"})
  void roundsAsTheMatrixDoes(int inputs, int count) {
    Random random = new Random(inputs);
    List<float[]> windows = new ArrayList<>();
    for (int w = 0; w < count; w++) {
      float[] window = new float[inputs + 2];
      for (int i = 0; i < window.length; i++) {
        window[i] = (float) (random.nextGaussian() + w % 3);
      }
      windows.add(window);
    }
    int[] places = IntStream.range(0, inputs).map(i -> inputs + 1 - i).toArray();
    ErrorFeedback byWindows = WindowFeedback.of(windows, places, DAMPING);
    ErrorFeedback byMatrix = MatrixFeedback.of(windows, places, DAMPING);
    double[][] weights = values(random, inputs, 5);
    double[][] errors = values(random, inputs, 1);
    double[] energies = byWindows.energies(errors);
    for (int c = 0; c < CHANNELS; c++) {
      double expected = 0;
      for (float[] window : windows) {
        double sum = 0;
        for (int k = 0; k < inputs; k++) {
          sum += window[places[k]] * errors[k][c];
        }
        expected += sum * sum;
      }
      for (double[] error : errors) {
        expected += DAMPING * error[c] * error[c];
      }
      assertThat(energies[c]).isCloseTo(expected, within(1e-10 * expected));
    }
    assertThat(byMatrix.energies(errors)).containsExactly(energies, within(1e-8));
    WeightGrid grid = new WeightGrid(new float[] {1, 0.5f, 2}, new int[] {127, 3, 127});
    double[][] integers = copy(weights);
    double[][] expected = copy(weights);
    assertThat(byWindows.round(integers, grid))
        .containsExactly(byMatrix.round(expected, grid), within(1e-7));
    assertThat(integers).isDeepEqualTo(expected);
  }

  private static double[][] values(Random random, int inputs, double size) {
    double[][] values = new double[inputs][CHANNELS];
    for (double[] row : values) {
      Arrays.setAll(row, c -> size * random.nextGaussian());
    }
    return values;
  }

  private static double[][] copy(double[][] values) {
    return Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
  }
}
