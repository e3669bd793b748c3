package io.github.calib8.quantization;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;

/**
 * What roundings of a layer's weights do to its output, on images that did not round them.
 *
 * <p>An accumulator over the groups of channels; for one thread.
 */
final class LayerErrors {
  /** Of a mean over images, in its standard errors: what counts as more than noise. */
  private static final double SIGNIFICANT = 2;

  private final WeightedLayer layer;
  private final QuantizedWeights toNearest;
  private final FloatBuffer weights;
  private final List<List<float[]>> images;

  /** The mean squared error of each image, summed over the channels. */
  private final double[] nearest;

  private final double[] rounded;
  private final double[] shifted;

  LayerErrors(
      WeightedLayer layer,
      QuantizedWeights toNearest,
      FloatBuffer weights,
      List<List<float[]>> images) {
    this.layer = layer;
    this.toNearest = toNearest;
    this.weights = weights;
    this.images = images;
    this.nearest = new double[images.size()];
    this.rounded = new double[images.size()];
    this.shifted = new double[images.size()];
  }

  /**
   * Adds a group.
   *
   * @param integers the weights of the layer as integers
   * @param means of the inputs of the group
   * @param shifts gets what the bias of each channel of the group lacks by these means
   */
  void add(int group, byte[] integers, double[] means, float[] shifts) {
    int channels = layer.channels() / layer.groups();
    for (int from = 0; from < channels; from += layer.tile()) {
      int to = Math.min(channels, from + layer.tile());
      addChannels(group, group * channels + from, group * channels + to, integers, means, shifts);
    }
  }

  private void addChannels(
      int group, int from, int to, byte[] integers, double[] means, float[] shifts) {
    double[][] errors = errors(from, to, toNearest.weights());
    for (int i = 0; i < images.size(); i++) {
      nearest[i] += squares(outputs(errors, group, images.get(i)), new double[to - from]);
    }
    errors = errors(from, to, integers);
    double[] shift = new double[to - from];
    ScaledRows.addProducts(shift, errors, means, 0, means.length);
    for (int c = from; c < to; c++) {
      shifts[c] = (float) shift[c - from];
    }
    for (int i = 0; i < images.size(); i++) {
      double[][] outputs = outputs(errors, group, images.get(i));
      rounded[i] += squares(outputs, new double[to - from]);
      shifted[i] += squares(outputs, shift);
    }
    Interrupted.check();
  }

  /** What errors do to the output, for each window of an image. */
  private static double[][] outputs(double[][] errors, int group, List<float[]> windows) {
    double[][] outputs = new double[windows.size()][errors[0].length];
    double[] factors = new double[ScaledRows.COUNT];
    for (int k = 0; k < errors.length; k += factors.length) {
      int count = Math.min(factors.length, errors.length - k);
      for (int w = 0; w < outputs.length; w++) {
        float[] window = windows.get(w);
        for (int j = 0; j < count; j++) {
          factors[j] = window[group * errors.length + k + j];
        }
        ScaledRows.addProducts(outputs[w], errors, k, factors, 0, count);
      }
    }
    return outputs;
  }

  /** The mean square of what is left without a shift of each channel. */
  private static double squares(double[][] outputs, double[] shift) {
    double squares = 0;
    for (double[] output : outputs) {
      for (int c = 0; c < shift.length; c++) {
        double left = output[c] - shift[c];
        squares += left * left / outputs.length;
      }
    }
    return squares;
  }

  private double[][] errors(int from, int to, byte[] integers) {
    double[][] errors = new double[layer.inputs()][to - from];
    for (int k = 0; k < errors.length; k++) {
      for (int c = from; c < to; c++) {
        int place = layer.place(c, k);
        errors[k][c - from] =
            weights.get(place) - integers[place] * (double) toNearest.weightScales()[c];
      }
    }
    return errors;
  }

  /** The layer with the integers and the bias that do least. */
  RoundedLayer choose(byte[] integers, float[] shifts) {
    boolean biased = layer.hasBias() && PairedErrors.areLess(shifted, rounded, SIGNIFICANT);
    double[] best = biased ? shifted : rounded;
    double total = PairedErrors.mean(nearest);
    double share = total > 0 ? PairedErrors.mean(best) / total : 1;
    if (!PairedErrors.areLess(best, nearest, SIGNIFICANT)) {
      String reason =
          total == 0
              ? "which changes nothing"
              : String.format(
                  Locale.ROOT,
                  "since rounding by the inputs leaves %.3f of its error on other images",
                  share);
      return RoundedLayer.nearest(layer.output(), share, reason);
    }
    return new RoundedLayer(
        new LayerRounding(layer.output(), true, share, biased, ""),
        toNearest.weightScales(),
        integers,
        biased ? shifts : new float[0]);
  }
}
