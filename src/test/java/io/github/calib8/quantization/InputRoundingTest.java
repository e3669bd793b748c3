package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputRoundingTest {
  private static final int IMAGES = 8;

  @Test
  void isNearerToTheBestOfAllRoundingsThanToNearest() {
    double fromBest = 0;
    double fromNearest = 0;
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int inputs = 4 + seed % 7;
      // Few levels, so that what rounding does matters: the largest weight is 7.
      WeightedLayer layer = matrix(coarse(random, 1, inputs), 1, inputs, WeightRange.FULL);
      List<List<float[]>> windows = correlated(random, inputs, IMAGES);
      double least = Double.POSITIVE_INFINITY;
      for (int ups = 0; ups < 1 << inputs; ups++) {
        byte[] integers = new byte[inputs];
        for (int i = 0; i < inputs; i++) {
          double exact = layer.weights().get(i) / layer.nearest().weightScales()[0];
          integers[i] = (byte) (Math.floor(exact) + (ups >> i & 1));
        }
        least = Math.min(least, error(layer, integers, 0, windows));
      }
      double nearest = error(layer, layer.nearest().weights(), 0, windows);
      double found = error(layer, integers(layer, layer.round(windows, windows)), 0, windows);
      assertThat(found).isLessThanOrEqualTo(nearest);
      fromBest += found / nearest - least / nearest;
      fromNearest += 1 - found / nearest;
    }
    assertThat(fromBest).isLessThan(fromNearest / 3);
  }

  @Test
  void inputsThatNeverComeTogetherRoundToNearest() {
    Random random = new Random(1);
    float[] weights = normal(random, 5 * 90);
    weights[3] = 0.5f * 127; // A tie, in a channel whose scale is 1.
    weights[4] = 127;
    WeightedLayer layer = matrix(weights, 5, 90, WeightRange.FULL);
    double[][] factor = new double[90][];
    for (int i = 0; i < factor.length; i++) {
      factor[i] = new double[i + 1];
      factor[i][i] = 1 + random.nextDouble();
    }
    double[][] values = new double[90][5];
    for (int i = 0; i < 90; i++) {
      for (int c = 0; c < 5; c++) {
        values[i][c] = weights[layer.place(c, i)];
      }
    }
    int[] bounds = {127, 127, 127, 127, 127};
    new MatrixFeedback(factor)
        .round(values, new WeightGrid(layer.nearest().weightScales(), bounds));
    for (int i = 0; i < 90; i++) {
      for (int c = 0; c < 5; c++) {
        assertThat(values[i][c]).isEqualTo(layer.nearest().weights()[layer.place(c, i)]);
      }
    }
    List<List<float[]>> alone = new ArrayList<>();
    for (int image = 0; image < 3; image++) {
      int first = image;
      alone.add(
          IntStream.range(0, 90)
              .mapToObj(
                  i -> {
                    float[] window = new float[90];
                    window[i] = 1 + first;
                    return window;
                  })
              .toList());
    }
    assertThat(layer.round(alone, alone).rounding().isByInputs()).isFalse();
  }

  /** Of few inputs, to go one by one is now and then worse than to look at none. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 70})
  void everyChannelIsAtLeastAsGoodAsNearest(int inputs) {
    Random random = new Random(2);
    WeightedLayer layer = matrix(coarse(random, 300, inputs), 300, inputs, WeightRange.FULL);
    List<List<float[]>> windows = correlated(random, inputs, IMAGES);
    byte[] found = integers(layer, layer.round(windows, windows));
    // The damping counts: it is what keeps weights from moving for a few images' sake.
    double energy =
        windows.stream()
            .flatMap(List::stream)
            .mapToDouble(x -> IntStream.range(0, inputs).mapToDouble(i -> x[i] * x[i]).sum())
            .sum();
    double damping = 0.01 * energy / inputs;
    for (int c = 0; c < 300; c++) {
      assertThat(error(layer, found, c, windows) + damping * distance(layer, found, c))
          .isLessThanOrEqualTo(
              error(layer, layer.nearest().weights(), c, windows)
                  + damping * distance(layer, layer.nearest().weights(), c));
    }
    assertThat(found).isNotEqualTo(layer.nearest().weights());
  }

  @Test
  void aGroupIsALayerOfItsOwn() {
    Random random = new Random(3);
    float[] weights = coarse(random, 6, 18);
    Node grouped =
        new Node("", "Conv", "", List.of("x", "w"), List.of("y"), Map.of("group", Attribute.of(3)));
    WeightedLayer layer =
        layer(grouped, Tensor.floats("w", List.of(6L, 2L, 3L, 3L), weights), 0, WeightRange.FULL);
    List<List<float[]>> windows = correlated(random, 54, IMAGES);
    byte[] found = integers(layer, layer.round(windows, windows));
    for (int g = 0; g < 3; g++) {
      int group = g;
      float[] own = Arrays.copyOfRange(weights, 36 * g, 36 * g + 36);
      WeightedLayer alone = matrix(own, 2, 18, WeightRange.FULL);
      List<List<float[]>> ownWindows =
          windows.stream()
              .map(
                  image ->
                      image.stream()
                          .map(x -> Arrays.copyOfRange(x, 18 * group, 18 * group + 18))
                          .toList())
              .toList();
      assertThat(Arrays.copyOfRange(found, 36 * g, 36 * g + 36))
          .isEqualTo(integers(alone, alone.round(ownWindows, ownWindows)));
    }
  }

  @Test
  void columnsOfAMatrixAreChannelsAsRowsOfAConvolutionAre() {
    Random random = new Random(4);
    float[] rows = coarse(random, 3, 20);
    float[] columns = new float[60];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 20; i++) {
        columns[i * 3 + c] = rows[c * 20 + i];
      }
    }
    WeightedLayer byRow = matrix(rows, 3, 20, WeightRange.FULL);
    Node product = new Node("", "MatMul", "", List.of("x", "w"), List.of("y"), Map.of());
    WeightedLayer byColumn =
        layer(product, Tensor.floats("w", List.of(20L, 3L), columns), 1, WeightRange.FULL);
    List<List<float[]>> windows = correlated(random, 20, IMAGES);
    byte[] ofRows = integers(byRow, byRow.round(windows, windows));
    byte[] ofColumns = integers(byColumn, byColumn.round(windows, windows));
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 20; i++) {
        assertThat(ofColumns[i * 3 + c]).isEqualTo(ofRows[c * 20 + i]);
      }
    }
  }

  @Test
  void theWeightRangeIsKept() {
    Random random = new Random(5);
    WeightedLayer layer = matrix(normal(random, 200 * 40), 200, 40, WeightRange.REDUCED);
    List<List<float[]>> windows = correlated(random, 40, IMAGES);
    byte[] found = integers(layer, layer.round(windows, windows));
    assertThat(found).isNotEqualTo(layer.nearest().weights());
    for (int c = 0; c < 200; c++) {
      assertThat(layer.nearest().canHold(c, found)).isTrue();
      for (int i = 0; i < 40; i++) {
        assertThat(Math.abs(found[layer.place(c, i)]))
            .isLessThanOrEqualTo(layer.nearest().bound(c));
      }
    }
  }

  /** A weight of 127 leaves room for others of 1, not for the 2 that an error moved on makes. */
  @Test
  void aChannelThatWouldSaturateKeepsItsNearestIntegers() {
    Random random = new Random(10);
    float[] weights = new float[100 * 12];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % 12 == 0 ? 127 : (float) (2.8 * random.nextDouble() - 1.4);
    }
    WeightedLayer layer = matrix(weights, 100, 12, WeightRange.REDUCED);
    List<List<float[]>> windows = correlated(random, 12, IMAGES);
    byte[] free = integers(matrix(weights, 100, 12, WeightRange.FULL), layer(weights, windows));
    byte[] found = integers(layer, layer.round(windows, windows));
    int kept = 0;
    for (int c = 0; c < 100; c++) {
      assertThat(layer.nearest().bound(c)).isEqualTo(127);
      assertThat(layer.nearest().canHold(c, found)).isTrue();
      kept += layer.nearest().canHold(c, free) ? 0 : 1;
    }
    assertThat(kept).isPositive();
  }

  private static RoundedLayer layer(float[] weights, List<List<float[]>> windows) {
    return matrix(weights, 100, 12, WeightRange.FULL).round(windows, windows);
  }

  @Test
  void aLayerWhoseOtherImagesAreOfAnotherKindKeepsNearest() {
    Random random = new Random(6);
    WeightedLayer layer = matrix(coarse(random, 8, 30), 8, 30, WeightRange.FULL);
    List<List<float[]>> windows = correlated(random, 30, IMAGES);
    // Inputs that have nothing in common: of them, to round each weight to nearest is best.
    List<List<float[]>> others =
        windows.stream()
            .map(image -> image.stream().map(window -> normal(random, 30)).toList())
            .toList();
    LayerRounding same = layer.round(windows, windows).rounding();
    assertThat(same.isByInputs()).isTrue();
    assertThat(same.errorShare()).isLessThan(0.5);
    LayerRounding kept = layer.round(windows, others).rounding();
    assertThat(kept.isByInputs()).isFalse();
    assertThat(kept.errorShare()).isGreaterThan(1);
    assertThat(kept.reason()).contains("on other images");
  }

  @Test
  void theMeanErrorGoesIntoTheBiasWhereThereIsOne() {
    Random random = new Random(7);
    float[] weights = coarse(random, 4, 12);
    List<List<float[]>> windows = new ArrayList<>();
    for (List<float[]> image : correlated(random, 12, IMAGES)) {
      // Nearly constant inputs, which nearest and any other rounding alike get wrong on average.
      windows.add(
          image.stream()
              .map(
                  x -> {
                    float[] shifted = new float[12];
                    for (int i = 0; i < 12; i++) {
                      shifted[i] = 5 * i + x[i];
                    }
                    return shifted;
                  })
              .toList());
    }
    WeightedLayer with = matrix(weights, 4, 12, WeightRange.FULL);
    RoundedLayer rounded = with.round(windows, windows);
    assertThat(rounded.rounding().shiftsBias()).isTrue();
    byte[] integers = integers(with, rounded);
    for (int c = 0; c < 4; c++) {
      double mean = 0;
      int count = 0;
      for (float[] x : windows.stream().flatMap(List::stream).toList()) {
        mean += product(errors(with, integers, c), x);
        count++;
      }
      assertThat((double) rounded.shift(c)).isCloseTo(mean / count, within(1e-4));
    }
    Node product = new Node("", "MatMul", "", List.of("x", "w"), List.of("y"), Map.of());
    WeightedLayer without =
        layer(product, Tensor.floats("w", List.of(12L, 4L), weights), 1, WeightRange.FULL);
    assertThat(without.round(windows, windows).rounding().shiftsBias()).isFalse();
  }

  @Test
  void theMatrixOfALayerOfManyInputsIsNeverMade() {
    Random random = new Random(8);
    int inputs = 25_088;
    WeightedLayer layer = matrix(coarse(random, 2, inputs), 2, inputs, WeightRange.FULL);
    List<List<float[]>> windows = correlated(random, inputs, 3);
    RoundedLayer rounded = layer.round(windows, windows);
    assertThat(rounded.rounding().isByInputs()).isTrue();
    assertThat(rounded.rounding().errorShare()).isLessThan(0.1);
    assertThat(layer.roundingRows(33)).isEqualTo(33);
    assertThat(layer.roundingBytes(33)).isLessThan(20 << 20);
  }

  @Test
  void endsWhereItIsInterrupted() {
    Random random = new Random(9);
    for (int inputs : new int[] {12, 300}) {
      WeightedLayer layer = matrix(coarse(random, 2, inputs), 2, inputs, WeightRange.FULL);
      List<List<float[]>> windows = correlated(random, inputs, 3);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> layer.round(windows, windows))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void inputsThatAreAlwaysZeroChangeNothing() {
    WeightedLayer layer = matrix(coarse(new Random(9), 2, 5), 2, 5, WeightRange.FULL);
    List<List<float[]>> zeros = List.of(List.of(new float[5]), List.of(new float[5]));
    RoundedLayer rounded = layer.round(zeros, zeros);
    assertThat(rounded.rounding()).hasToString("'y': nearest, which changes nothing");
  }

  @Test
  void aLayerRoundsAsAnotherOneOfTheSameWeightsAndScales() {
    float[] weights = normal(new Random(3), 8);
    float[] others = weights.clone();
    others[5] = Math.nextUp(others[5]);
    WeightedLayer layer = matrix(weights, 2, 4, WeightRange.FULL);
    assertThat(layer.roundsAs(matrix(weights.clone(), 2, 4, WeightRange.FULL))).isTrue();
    assertThat(layer.roundsAs(matrix(others, 2, 4, WeightRange.FULL))).isFalse();
    assertThat(layer.roundsAs(matrix(weights, 2, 4, WeightRange.REDUCED))).isFalse();
    assertThat(layer.nearest().hasScalesOf(scaled(weights, 1e-9f))).isFalse();
    assertThat(layer.nearest().hasScalesOf(scaled(weights, 1))).isTrue();
  }

  /** With a bias that takes a larger scale where inputs have a small one. */
  private static QuantizedWeights scaled(float[] weights, float inputScale) {
    Tensor tensor = Tensor.floats("w", List.of(2L, 4L), weights);
    return QuantizedWeights.of(tensor, 0, new float[] {100, 100}, inputScale, WeightRange.FULL);
  }

  /** A product with a matrix of rows for channels, and a bias. */
  private static WeightedLayer matrix(
      float[] weights, int channels, int inputs, WeightRange range) {
    Node node =
        new Node(
            "",
            "Gemm",
            "",
            List.of("x", "w", "b"),
            List.of("y"),
            Map.of("transB", Attribute.of(1)));
    return layer(
        node, Tensor.floats("w", List.of((long) channels, (long) inputs), weights), 0, range);
  }

  private static WeightedLayer layer(Node node, Tensor weights, int axis, WeightRange range) {
    return new WeightedLayer(
        node,
        weights,
        node.inputs().size() > 2,
        QuantizedWeights.scalesOf(weights, axis, new float[0], 1, range),
        () -> QuantizedWeights.of(weights, axis, new float[0], 1, range));
  }

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Weights of up to 7 steps, and one of 127 that is on the grid. */
  private static float[] coarse(Random random, int channels, int inputs) {
    float[] weights = new float[channels * inputs];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % inputs == 0 ? 127 : (float) (14 * random.nextDouble() - 7);
    }
    return weights;
  }

  /** Windows whose values have a few causes in common. */
  private static List<List<float[]>> correlated(Random random, int length, int images) {
    float[][] causes = new float[3][];
    for (int c = 0; c < causes.length; c++) {
      causes[c] = normal(random, length);
    }
    List<List<float[]>> all = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      List<float[]> windows = new ArrayList<>();
      for (int w = 0; w < 11; w++) {
        float[] window = normal(random, length);
        for (float[] cause : causes) {
          float strength = (float) (3 * random.nextGaussian());
          for (int i = 0; i < length; i++) {
            window[i] += strength * cause[i];
          }
        }
        windows.add(window);
      }
      all.add(windows);
    }
    return all;
  }

  private static byte[] integers(WeightedLayer layer, RoundedLayer rounded) {
    return rounded.rounding().isByInputs() ? rounded.integers() : layer.nearest().weights();
  }

  /** What integers do to the weights of a channel. */
  private static double[] errors(WeightedLayer layer, byte[] integers, int channel) {
    FloatBuffer weights = layer.weights();
    double scale = layer.nearest().weightScales()[channel];
    return IntStream.range(0, layer.inputs())
        .map(i -> layer.place(channel, i))
        .mapToDouble(at -> weights.get(at) - integers[at] * scale)
        .toArray();
  }

  private static double product(double[] errors, float[] window) {
    double sum = 0;
    for (int i = 0; i < errors.length; i++) {
      sum += errors[i] * window[i];
    }
    return sum;
  }

  private static double error(
      WeightedLayer layer, byte[] integers, int channel, List<List<float[]>> windows) {
    double[] errors = errors(layer, integers, channel);
    return windows.stream()
        .flatMap(List::stream)
        .mapToDouble(window -> product(errors, window))
        .map(error -> error * error)
        .sum();
  }

  private static double distance(WeightedLayer layer, byte[] integers, int channel) {
    return Arrays.stream(errors(layer, integers, channel)).map(error -> error * error).sum();
  }
}
