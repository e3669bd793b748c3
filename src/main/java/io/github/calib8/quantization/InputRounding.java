package io.github.calib8.quantization;

import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rounds the weights of a layer by the inputs that they multiply, group of channels by group.
 *
 * <p>The squared error of an output channel over the inputs x is e^T (sum of x x^T) e, with e what
 * rounding does to its weights. To round all weights one after the other so that this stays small,
 * each takes over the errors before it, weighted by Cholesky's factor of the matrix: the weights of
 * the strongest inputs first, so that their errors have the most weights to go to. A hundredth of
 * the mean of the diagonal is added to it: no weight may move by much for the sake of a few images.
 *
 * @see <a href="https://arxiv.org/abs/2208.11580">E. Frantar, D. Alistarh: Optimal Brain
 *     Compression, 2022</a>
 * @see <a href="https://arxiv.org/abs/2210.17323">E. Frantar et al.: GPTQ, 2022, section 3</a>
 * @see <a href="https://arxiv.org/abs/2307.13304">J. Chee et al.: QuIP, 2023, section 3: why one
 *     factor is enough</a>
 */
final class InputRounding {
  /** GPTQ's own; a tenth of it gives the same divergence on EfficientNet-Lite0. */
  private static final double DAMPING = 0.01;

  private final WeightedLayer layer;
  private final FloatBuffer weights;
  private final QuantizedWeights nearest;
  private final byte[] integers;
  private final List<float[]> fitted;

  private InputRounding(WeightedLayer layer, FloatBuffer weights, List<List<float[]>> fitted) {
    this.layer = layer;
    this.weights = weights;
    this.nearest = layer.nearest();
    this.integers = nearest.weights().clone();
    this.fitted = fitted.stream().flatMap(List::stream).toList();
  }

  /** Rounds, and keeps what is better on the images that are held back. */
  static RoundedLayer round(
      WeightedLayer layer, List<List<float[]>> fitted, List<List<float[]>> heldBack) {
    FloatBuffer weights = layer.weights();
    InputRounding rounding = new InputRounding(layer, weights, fitted);
    LayerErrors errors = new LayerErrors(layer, rounding.nearest, weights, heldBack);
    float[] shifts = new float[layer.channels()];
    for (int group = 0; group < layer.groups(); group++) {
      double[] means = rounding.roundGroup(group);
      errors.add(group, rounding.integers, means, shifts);
    }
    return errors.choose(rounding.integers, shifts);
  }

  /** The memory that a layer takes: what feeds errors back, and the errors of some channels. */
  static long bytes(WeightedLayer layer, int windows) {
    long inputs = layer.inputs();
    long channels = layer.tile();
    long feedback =
        isOfLowRank(inputs, windows)
            ? WindowFeedback.bytes(inputs, windows, channels)
            : MatrixFeedback.bytes(inputs);
    // Weights, errors before and after; and all integers, to nearest and by the inputs.
    return feedback + Double.BYTES * 3 * inputs * channels + 2 * layer.size();
  }

  /** The rows of the matrix that is factored. */
  static long rows(long inputs, int windows) {
    return isOfLowRank(inputs, windows) ? windows : inputs;
  }

  /** Whether the matrix costs more than the windows that it is made of. */
  private static boolean isOfLowRank(long inputs, int windows) {
    return inputs > 2L * windows;
  }

  /**
   * Rounds the channels of a group.
   *
   * @return the mean of each of its inputs
   */
  private double[] roundGroup(int group) {
    int inputs = layer.inputs();
    int first = group * inputs;
    double[] means = new double[inputs];
    double[] energies = new double[inputs];
    for (float[] window : fitted) {
      for (int i = 0; i < inputs; i++) {
        double x = window[first + i];
        means[i] += x / fitted.size();
        energies[i] += x * x;
      }
    }
    double damping = 0;
    for (double energy : energies) {
      damping += DAMPING * energy / inputs;
    }
    if (damping > 0) {
      roundGroup(group, strongestFirst(energies), damping);
    }
    return means;
  }

  private static int[] strongestFirst(double[] energies) {
    return IntStream.range(0, energies.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -energies[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Rounds the weights of a group for its inputs, in the order given. */
  private void roundGroup(int group, int[] order, double damping) {
    int first = group * layer.inputs();
    int[] places = IntStream.of(order).map(i -> first + i).toArray();
    ErrorFeedback feedback =
        isOfLowRank(order.length, fitted.size())
            ? WindowFeedback.of(fitted, places, damping)
            : MatrixFeedback.of(fitted, places, damping);
    int channels = layer.channels() / layer.groups();
    for (int from = 0; from < channels; from += layer.tile()) {
      int to = Math.min(channels, from + layer.tile());
      roundChannels(group * channels + from, group * channels + to, order, feedback);
    }
  }

  private void roundChannels(int from, int to, int[] order, ErrorFeedback feedback) {
    double[][] values = new double[order.length][to - from];
    double[][] errors = new double[order.length][to - from];
    for (int k = 0; k < order.length; k++) {
      for (int c = from; c < to; c++) {
        int place = layer.place(c, order[k]);
        values[k][c - from] = weights.get(place);
        errors[k][c - from] = nearest.error(weights.get(place), c, place);
      }
    }
    double[] before = feedback.energies(errors);
    float[] scales = new float[to - from];
    int[] bounds = new int[to - from];
    for (int c = from; c < to; c++) {
      scales[c - from] = nearest.weightScales()[c];
      bounds[c - from] = nearest.bound(c);
    }
    double[] after = feedback.round(values, new WeightGrid(scales, bounds));
    for (int c = from; c < to; c++) {
      if (after[c - from] < before[c - from]) {
        for (int k = 0; k < order.length; k++) {
          integers[layer.place(c, order[k])] = (byte) values[k][c - from];
        }
        if (!nearest.canHold(c, integers)) {
          for (int input : order) {
            int place = layer.place(c, input);
            integers[place] = nearest.weights()[place];
          }
        }
      }
    }
  }
}
