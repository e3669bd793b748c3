package io.github.calib8.quantization;

import io.github.calib8.onnx.InputWindows;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.work.Internal;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;

/**
 * A convolution or matrix product of a plan whose weights become integers.
 *
 * <p>Immutable and thread-safe.
 */
@Internal
public final class WeightedLayer {
  private static final int MOST_IN_A_TILE = 256;
  private static final long MOST_ERRORS = 1 << 21;

  private final Node node;
  private final Tensor weights;
  private final boolean hasBias;
  private final Supplier<QuantizedWeights> nearest;
  private final QuantizedWeights scales;

  /**
   * @param scales of the weights, without integers
   * @param nearest rounds each weight to the nearest integer. Asked whenever these are needed:
   *     those of all layers of VGG-16 would take 138 MB for as long as the layers are there
   */
  WeightedLayer(
      Node node,
      Tensor weights,
      boolean hasBias,
      QuantizedWeights scales,
      Supplier<QuantizedWeights> nearest) {
    this.node = node;
    this.weights = weights;
    this.hasBias = hasBias;
    this.nearest = nearest;
    this.scales = scales;
  }

  /**
   * What identifies the layer.
   *
   * @return the tensor that it makes
   */
  public String output() {
    return node.output();
  }

  /**
   * What the weights are multiplied with.
   *
   * @return the tensor's name
   */
  public String input() {
    return node.inputs().get(0);
  }

  /**
   * Which values of the input each product takes.
   *
   * @param dims the input's dimensions for one image
   * @return the windows
   * @throws io.github.calib8.onnx.OnnxException if the layer cannot multiply such an input
   */
  public InputWindows windows(List<Long> dims) {
    return InputWindows.of(node, weights.dims(), dims);
  }

  /**
   * The values of its input that go into one product: of all groups of channels.
   *
   * @return how many
   */
  public int windowLength() {
    return Math.multiplyExact(inputs(), groups());
  }

  /**
   * The output channels.
   *
   * @return how many
   */
  public int channels() {
    return scales.weightScales().length;
  }

  /**
   * The groups that the channels of a convolution are in, each with weights for its own inputs.
   *
   * @return how many, 1 for a matrix product
   */
  public int groups() {
    return OperatorTraits.of(node).kind() == OperatorKind.CONVOLUTION
        ? Math.toIntExact(node.intAttribute("group", 1))
        : 1;
  }

  /**
   * Whether what rounds another layer rounds this one to the same integers: it is the same one of
   * the same model, and what else is in the plans, such as the scales of activations, makes no
   * difference to its weights.
   *
   * @param other a layer of another plan
   * @return true if so
   */
  public boolean roundsAs(WeightedLayer other) {
    return output().equals(other.output())
        && scales.hasScalesOf(other.scales)
        && weights.equals(other.weights);
  }

  /**
   * Rounds the weights by what they multiply.
   *
   * @param fitted for each image some windows, each of {@link #windowLength} values
   * @param heldBack likewise, of other images, which decide whether the layer keeps the nearest
   *     integers and its bias; 2 or more
   * @return the layer
   */
  public RoundedLayer round(List<List<float[]>> fitted, List<List<float[]>> heldBack) {
    return InputRounding.round(this, fitted, heldBack);
  }

  /**
   * The memory that {@link #round} takes beside the windows.
   *
   * @param windows how many windows round
   * @return bytes, about
   */
  public long roundingBytes(int windows) {
    return InputRounding.bytes(this, windows);
  }

  /**
   * How large a matrix is that {@link #round} factors, a group of channels each.
   *
   * @param windows how many windows round
   * @return rows
   */
  public long roundingRows(int windows) {
    return InputRounding.rows(inputs(), windows);
  }

  /**
   * Keeps the nearest integers.
   *
   * @param reason why
   * @return the layer
   */
  public RoundedLayer nearest(String reason) {
    return RoundedLayer.nearest(output(), 1, reason);
  }

  /** The values of its input that an output channel is made of. */
  int inputs() {
    return Math.toIntExact(weights.elements() / channels());
  }

  /** How many weights there are. */
  long size() {
    return weights.elements();
  }

  boolean hasBias() {
    return hasBias;
  }

  /** The weights, each rounded to the nearest integer, made anew. */
  QuantizedWeights nearest() {
    return nearest.get();
  }

  /** The weights in the order of the file: a view, since those of VGG-16's fc6 take 411 MB. */
  FloatBuffer weights() {
    return weights.floatView();
  }

  /** How many channels of a group are worked on at a time: bounds the memory of their errors. */
  int tile() {
    long most = Math.max(1, MOST_ERRORS / inputs());
    return Math.toIntExact(Math.min(Math.min(MOST_IN_A_TILE, most), channels() / groups()));
  }

  /** Where the weight of a channel for an input is. */
  int place(int channel, int input) {
    return Operators.channelAxis(node) == 0
        ? channel * inputs() + input
        : input * channels() + channel;
  }
}
