package io.github.calib8.networks;

import io.github.calib8.networks.InvertedResidual.Block;
import io.github.calib8.networks.Layers.Window;
import io.github.calib8.networks.WeightSource.Role;

/** MobileNetV2 at width 1: inverted residuals with linear bottlenecks and ReLU6. */
final class MobileNetV2 {
  private static final float DROPOUT = 0.2f;

  /** Expansion, channels, blocks and first stride of each stage: the paper's table 2. */
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  private MobileNetV2() {}

  static Feature layers(Layers layers, NetworkSpec spec) {
    Activation relu6 = Activation.RELU6;
    Feature x =
        layers.convNorm("conv1", spec.input(), spec.channels(32), Window.halving(3), Role.SCALE);
    x = layers.activation("conv1", x, relu6);
    for (int stage = 0; stage < STAGES.length; stage++) {
      int[] row = STAGES[stage];
      int out = spec.channels(row[1]);
      for (int i = 0; i < row[2]; i++) {
        String name = "block" + (stage + 1) + (char) ('a' + i);
        Block block = new Block(3, i == 0 ? row[3] : 1, row[0] * x.channels(), out, 0);
        x = InvertedResidual.write(layers, name, x, block, relu6, relu6);
      }
    }
    x = layers.convNorm("conv9", x, spec.channels(1280), Window.same(1), Role.SCALE);
    x = layers.globalAveragePool("pool10", layers.activation("conv9", x, relu6));
    x = layers.dropout("drop10", layers.flatten("flatten", x), DROPOUT);
    return layers.dense("fc10", x, spec.classes());
  }
}
