package io.github.calib8.networks;

import io.github.calib8.networks.InvertedResidual.Block;
import io.github.calib8.networks.Layers.Window;
import io.github.calib8.networks.WeightSource.Role;

/**
 * MobileNetV3-Small: inverted residuals with squeeze-and-excitation, ReLU first, then HardSwish.
 */
final class MobileNetV3 {
  private static final float DROPOUT = 0.2f;
  private static final int HIDDEN = 1024;
  private static final int FIRST_HARD_SWISH = 3;
  private static final int SQUEEZE_MULTIPLE = 8;

  /** Kernel, inner channels, channels, squeezed or not, stride: the paper's table 2. */
  private static final int[][] BLOCKS = {
    {3, 16, 16, 1, 2},
    {3, 72, 24, 0, 2},
    {3, 88, 24, 0, 1},
    {5, 96, 40, 1, 2},
    {5, 240, 40, 1, 1},
    {5, 240, 40, 1, 1},
    {5, 120, 48, 1, 1},
    {5, 144, 48, 1, 1},
    {5, 288, 96, 1, 2},
    {5, 576, 96, 1, 1},
    {5, 576, 96, 1, 1}
  };

  private MobileNetV3() {}

  static Feature layers(Layers layers, NetworkSpec spec) {
    Activation swish = Activation.HARD_SWISH;
    Feature x =
        layers.convNorm("conv1", spec.input(), spec.channels(16), Window.halving(3), Role.SCALE);
    x = layers.activation("conv1", x, swish);
    for (int i = 0; i < BLOCKS.length; i++) {
      int[] row = BLOCKS[i];
      int inner = spec.channels(row[1]);
      int squeezed = row[3] * squeezed(inner);
      Block block = new Block(row[0], row[4], inner, spec.channels(row[2]), squeezed);
      Activation activation = i < FIRST_HARD_SWISH ? Activation.RELU : swish;
      x =
          InvertedResidual.write(
              layers, "block" + (i + 1), x, block, activation, Activation.HARD_SWISH);
    }
    x = layers.convNorm("conv12", x, spec.channels(576), Window.same(1), Role.SCALE);
    x = layers.globalAveragePool("pool13", layers.activation("conv12", x, swish));
    x = layers.dense("fc13", layers.flatten("flatten", x), spec.channels(HIDDEN));
    x = layers.dropout("drop13", layers.activation("fc13", x, swish), DROPOUT);
    return layers.dense("fc14", x, spec.classes());
  }

  /** A quarter, in multiples of 8. */
  private static int squeezed(int channels) {
    int multiples = (channels / 4 + SQUEEZE_MULTIPLE / 2) / SQUEEZE_MULTIPLE;
    return Math.max(1, multiples) * SQUEEZE_MULTIPLE;
  }
}
