package io.github.calib8.networks;

import io.github.calib8.networks.InvertedResidual.Block;
import io.github.calib8.networks.Layers.Window;
import io.github.calib8.networks.WeightSource.Role;

/** EfficientNet-B0: inverted residuals with squeeze-and-excitation and SiLU. */
final class EfficientNet {
  private static final float DROPOUT = 0.2f;

  /** Expansion, kernel, first stride, channels and blocks of each stage: the paper's table 1. */
  private static final int[][] STAGES = {
    {1, 3, 1, 16, 1},
    {6, 3, 2, 24, 2},
    {6, 5, 2, 40, 2},
    {6, 3, 2, 80, 3},
    {6, 5, 1, 112, 3},
    {6, 5, 2, 192, 4},
    {6, 3, 1, 320, 1}
  };

  private EfficientNet() {}

  static Feature layers(Layers layers, NetworkSpec spec) {
    Activation silu = Activation.SILU;
    Feature x =
        layers.convNorm("stem", spec.input(), spec.channels(32), Window.halving(3), Role.SCALE);
    x = layers.activation("stem", x, silu);
    for (int stage = 0; stage < STAGES.length; stage++) {
      int[] row = STAGES[stage];
      int out = spec.channels(row[3]);
      for (int i = 0; i < row[4]; i++) {
        String name = "block" + (stage + 1) + (char) ('a' + i);
        int squeezed = x.channels() / 4;
        Block block = new Block(row[1], i == 0 ? row[2] : 1, row[0] * x.channels(), out, squeezed);
        x = InvertedResidual.write(layers, name, x, block, silu, silu);
      }
    }
    x = layers.convNorm("head", x, spec.channels(1280), Window.same(1), Role.SCALE);
    x = layers.globalAveragePool("pool", layers.activation("head", x, silu));
    x = layers.dropout("drop", layers.flatten("flatten", x), DROPOUT);
    return layers.dense("classifier", x, spec.classes());
  }
}
