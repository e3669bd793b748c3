package io.github.calib8.quantization;

import io.github.calib8.onnx.Tensor;
import io.github.calib8.scale.QuantizationParameters;
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

  private final byte[] weights;
  private final int[] bias;
  private final float[] weightScales;
  private final float[] biasScales;

  private QuantizedWeights(int size, int channels) {
    this.weights = new byte[size];
    this.bias = new int[channels];
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
    int channels = Math.toIntExact(tensor.dims().get(axis));
    float[] values = tensor.toFloats();
    QuantizedWeights quantized = new QuantizedWeights(values.length, channels);
    // Either [C, ...], where a channel is contiguous, or [K, C], where it is a column.
    int stride = axis == 0 ? 1 : channels;
    int length = values.length / channels;
    for (int c = 0; c < channels; c++) {
      int start = axis == 0 ? c * length : c;
      float biasOfChannel = bias.length == 0 ? 0 : bias[c];
      quantized.channel(c, values, start, stride, length, biasOfChannel, inputScale, range);
    }
    return quantized;
  }

  private void channel(
      int c,
      float[] values,
      int start,
      int stride,
      int length,
      float b,
      float inputScale,
      WeightRange range) {
    float max = 0;
    for (int i = 0; i < length; i++) {
      max = Math.max(max, Math.abs(values[start + i * stride]));
    }
    float smallest = (float) Math.max(Math.abs(b) / (inputScale * BIAS_BOUND), Float.MIN_NORMAL);
    weightScales[c] = Math.max(max / FULL_BOUND, smallest);
    round(c, values, start, stride, length);
    if (range == WeightRange.REDUCED && canSaturate(start, stride, length)) {
      weightScales[c] = Math.max(max / REDUCED_BOUND, smallest);
      round(c, values, start, stride, length);
    }
    biasScales[c] = inputScale * weightScales[c];
    bias[c] = (int) Math.rint((double) b / biasScales[c]);
  }

  private void round(int c, float[] values, int start, int stride, int length) {
    for (int i = 0; i < length; i++) {
      int at = start + i * stride;
      weights[at] = (byte) QuantizationParameters.roundHalfToEven(values[at] / weightScales[c]);
    }
  }

  /** Whether any two weights of one sign, wherever the kernel may pair them, exceed the bound. */
  private boolean canSaturate(int start, int stride, int length) {
    int highest = 0;
    int second = 0;
    int lowest = 0;
    int secondLowest = 0;
    for (int i = 0; i < length; i++) {
      int w = weights[start + i * stride];
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
