package io.github.calib8.quantization;

import io.github.calib8.onnx.Tensor;
import io.github.calib8.scale.QuantizationParameters;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The weights and bias of one operator as integers: signed 8 bits with one scale for each output
 * channel, and 32 bits in the scale of the products.
 *
 * <p>Symmetric, {@code scale = max|w| / 127}, no clipping. A channel whose bias would not fit into
 * 32 bits at that scale (its weights are all but zero) gets a scale at which it does; also where
 * the bias is written in floating point, since an engine may make an integer of it.
 */
final class QuantizedWeights {
  private static final int FULL_BOUND = 127;
  private static final int REDUCED_BOUND = 63;

  /** 255 * (|w0| + |w1|) must stay below 2^15. */
  private static final int PAIR_BOUND = 128;

  /** A bias uses at most half of its 32 bits' range: the products need room as well. */
  private static final double BIAS_BOUND = 1 << 30;

  private final int axis;
  private final WeightRange range;
  private final byte[] weights;
  private final int[] bias;
  private final int[] bounds;
  private final float[] weightScales;
  private final float[] biasScales;

  private QuantizedWeights(byte[] weights, int channels, int axis, WeightRange range) {
    this.axis = axis;
    this.range = range;
    this.weights = weights;
    this.bias = new int[channels];
    this.bounds = new int[channels];
    this.weightScales = new float[channels];
    this.biasScales = new float[channels];
  }

  /**
   * @param tensor the weights
   * @param axis the axis of the output channels, 0 or 1
   * @param bias the bias, one value a channel; empty for none
   * @param inputScale the scale of the activations that the weights meet
   * @param range {@link WeightRange#FULL} or {@link WeightRange#REDUCED}
   */
  static QuantizedWeights of(
      Tensor tensor, int axis, float[] bias, float inputScale, WeightRange range) {
    byte[] integers = new byte[Math.toIntExact(tensor.elements())];
    return of(tensor, axis, bias, inputScale, range, integers);
  }

  /** Likewise, without the integers, which take a byte a weight. */
  static QuantizedWeights scalesOf(
      Tensor tensor, int axis, float[] bias, float inputScale, WeightRange range) {
    return of(tensor, axis, bias, inputScale, range, new byte[0]);
  }

  /**
   * @param integers become the weights; empty for none
   */
  private static QuantizedWeights of(
      Tensor tensor, int axis, float[] bias, float inputScale, WeightRange range, byte[] integers) {
    int channels = Math.toIntExact(tensor.dims().get(axis));
    QuantizedWeights quantized = new QuantizedWeights(integers, channels, axis, range);
    FloatBuffer values = tensor.floatView();
    float[] ofOne = new float[values.remaining() / channels];
    byte[] rounded = new byte[ofOne.length];
    for (int c = 0; c < channels; c++) {
      quantized.read(c, values, ofOne);
      quantized.channel(c, ofOne, rounded, bias.length == 0 ? 0 : bias[c], inputScale);
      if (integers.length > 0) {
        quantized.store(c, rounded);
      }
    }
    return quantized;
  }

  // Either [C, ...], where a channel is contiguous, or [K, C], where it is a column.

  private int length() {
    return weights.length / bias.length;
  }

  private int start(int c) {
    return axis == 0 ? c * length() : c;
  }

  private int stride() {
    return axis == 0 ? 1 : bias.length;
  }

  /** Copies the weights of a channel: those of all channels of VGG-16's fc6 take 411 MB. */
  private void read(int c, FloatBuffer all, float[] values) {
    if (axis == 0) {
      all.get(c * values.length, values);
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = all.get(c + i * bias.length);
    }
  }

  private void store(int c, byte[] integers) {
    int start = start(c);
    int stride = stride();
    for (int i = 0; i < integers.length; i++) {
      weights[start + i * stride] = integers[i];
    }
  }

  /**
   * Finds the scale of a channel.
   *
   * @param integers become the integers of its weights
   */
  private void channel(int c, float[] values, byte[] integers, float b, float inputScale) {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, Math.abs(value));
    }
    float smallest = (float) Math.max(Math.abs(b) / (inputScale * BIAS_BOUND), Float.MIN_NORMAL);
    weightScales[c] = Math.max(max / FULL_BOUND, smallest);
    bounds[c] = FULL_BOUND;
    round(values, weightScales[c], integers);
    if (range == WeightRange.REDUCED && canSaturate(integers, 0, 1, integers.length)) {
      weightScales[c] = Math.max(max / REDUCED_BOUND, smallest);
      bounds[c] = REDUCED_BOUND;
      round(values, weightScales[c], integers);
    }
    biasScales[c] = inputScale * weightScales[c];
    bias[c] = (int) Math.rint((double) b / biasScales[c]);
  }

  private static void round(float[] values, float scale, byte[] integers) {
    for (int i = 0; i < values.length; i++) {
      integers[i] = (byte) QuantizationParameters.roundHalfToEven(values[i] / scale);
    }
  }

  /**
   * Whether integers keep to the range in a channel: without saturation, no two weights of one sign
   * may exceed the bound together, wherever the kernel may pair them.
   *
   * @param integers of all channels, within their bounds
   */
  boolean canHold(int c, byte[] integers) {
    return range != WeightRange.REDUCED || !canSaturate(integers, start(c), stride(), length());
  }

  private static boolean canSaturate(byte[] integers, int start, int stride, int length) {
    int highest = 0;
    int second = 0;
    int lowest = 0;
    int secondLowest = 0;
    for (int i = 0; i < length; i++) {
      int w = integers[start + i * stride];
      if (w > highest) {
        second = highest;
        highest = w;
      } else if (w > second) {
        second = w;
      }
      if (w < lowest) {
        secondLowest = lowest;
        lowest = w;
      } else if (w < secondLowest) {
        secondLowest = w;
      }
    }
    return highest + second > PAIR_BOUND || lowest + secondLowest < -PAIR_BOUND;
  }

  /**
   * The same scales with other integers.
   *
   * @param rounded of the same scales
   * @param floatBias the bias, one value a channel; empty for none
   */
  QuantizedWeights with(RoundedLayer rounded, float[] floatBias) {
    QuantizedWeights other = new QuantizedWeights(rounded.integers(), bias.length, axis, range);
    System.arraycopy(bounds, 0, other.bounds, 0, bounds.length);
    System.arraycopy(weightScales, 0, other.weightScales, 0, weightScales.length);
    System.arraycopy(biasScales, 0, other.biasScales, 0, biasScales.length);
    for (int c = 0; c < floatBias.length; c++) {
      double shifted = (double) floatBias[c] + rounded.shift(c);
      other.bias[c] = (int) Math.rint(shifted / biasScales[c]);
    }
    return other;
  }

  /** Whether the same weights become the same integers by these scales and bounds. */
  boolean hasScalesOf(QuantizedWeights other) {
    return range == other.range
        && Arrays.equals(weightScales, other.weightScales)
        && Arrays.equals(bounds, other.bounds);
  }

  /** The numbers that the weights stand for. */
  float[] multiples() {
    float[] multiples = new float[weights.length];
    for (int c = 0; c < bias.length; c++) {
      for (int i = 0; i < length(); i++) {
        int at = start(c) + i * stride();
        multiples[at] = weights[at] * weightScales[c];
      }
    }
    return multiples;
  }

  /** What rounding did to a weight. */
  double error(float weight, int channel, int place) {
    return weight - weights[place] * (double) weightScales[channel];
  }

  /** The largest integer that a channel's scale was made for. */
  int bound(int channel) {
    return bounds[channel];
  }

  byte[] weights() {
    return weights;
  }

  int[] bias() {
    return bias;
  }

  float[] weightScales() {
    return weightScales;
  }

  float[] biasScales() {
    return biasScales;
  }

  List<Long> channels() {
    return List.of((long) bias.length);
  }
}
