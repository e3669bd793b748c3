package io.github.calib8.networks;

import io.github.calib8.networks.Layers.Window;
import io.github.calib8.networks.WeightSource.Role;

/**
 * The block of MobileNetV2 and its successors (Sandler et al., 2018, arXiv:1801.04381): a 1x1
 * convolution to more channels, a depthwise one, optionally squeeze-and-excitation (Hu et al.,
 * 2017, arXiv:1709.01507), a 1x1 convolution to few channels without an activation, and the input
 * added where the shapes allow.
 */
final class InvertedResidual {
  private InvertedResidual() {}

  /**
   * A block's numbers.
   *
   * @param kernel of the depthwise convolution
   * @param stride of the depthwise convolution
   * @param inner the channels within; where they are the input's, nothing expands
   * @param out the channels that leave it
   * @param squeezed the channels that excitation squeezes to, 0 for none
   */
  record Block(int kernel, int stride, int inner, int out, int squeezed) {}

  /**
   * Writes a block.
   *
   * @param activation within the block
   * @param network the network's own activation: it decides between the two kinds of excitation
   */
  static Feature write(
      Layers layers,
      String name,
      Feature in,
      Block block,
      Activation activation,
      Activation network) {
    Feature x = in;
    if (block.inner != in.channels()) {
      x = layers.convNorm(name + "_expand", x, block.inner, Window.same(1), Role.SCALE);
      x = layers.activation(name + "_expand", x, activation);
    }
    Window window = new Window(block.kernel, block.stride, block.kernel / 2);
    x = layers.depthwiseNorm(name + "_depthwise", x, window);
    x = layers.activation(name + "_depthwise", x, activation);
    if (block.squeezed > 0) {
      x = excite(layers, name + "_se", x, block.squeezed, network);
    }
    boolean added = block.stride == 1 && in.channels() == block.out;
    Role scale = added ? Role.BRANCH_SCALE : Role.SCALE;
    x = layers.convNorm(name + "_project", x, block.out, Window.same(1), scale);
    return added ? layers.add(name, in, x) : x;
  }

  /** Multiplies each channel by a number in [0, 1] that all channels' means decide. */
  private static Feature excite(
      Layers layers, String name, Feature in, int squeezed, Activation network) {
    boolean smooth = network == Activation.SILU;
    Feature x = layers.globalAveragePool(name + "_pool", in);
    x = layers.conv(name + "_squeeze", x, squeezed, Window.same(1), 1);
    x = layers.activation(name + "_squeeze", x, smooth ? Activation.SILU : Activation.RELU);
    x = layers.conv(name + "_excite", x, in.channels(), Window.same(1), 1);
    return layers.multiply(name, in, layers.gate(name + "_excite", x, smooth));
  }
}
