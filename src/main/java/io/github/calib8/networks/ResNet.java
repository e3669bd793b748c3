package io.github.calib8.networks;

import io.github.calib8.networks.Layers.Window;
import io.github.calib8.networks.WeightSource.Role;

/** ResNet with bottlenecks as MSRA's reference models: stages 2 to 5, stride in the first 1x1. */
final class ResNet {
  private static final int FIRST_STAGE = 2;
  private static final int FIRST_CHANNELS = 64;
  private static final int EXPANSION = 4;

  private ResNet() {}

  static Feature layers(Layers layers, NetworkSpec spec, int... depths) {
    Feature x =
        layers.convNorm("conv1", spec.input(), spec.channels(64), new Window(7, 2, 3), Role.SCALE);
    x = layers.maxPool("pool1", layers.relu("conv1", x), new Window(3, 2, 0));
    for (int i = 0; i < depths.length; i++) {
      int channels = FIRST_CHANNELS << i;
      for (int block = 0; block < depths[i]; block++) {
        int stride = block == 0 && i > 0 ? 2 : 1;
        String name = "res" + (FIRST_STAGE + i) + name(block, depths[i]);
        x = bottleneck(layers, spec, name, x, channels, stride, block == 0);
      }
    }
    x = layers.globalAveragePool("pool5", x);
    return layers.dense("fc1000", layers.flatten("flatten", x), spec.classes());
  }

  /** Letters in short stages, a, b1, b2, ... in long ones, as in the originals. */
  private static String name(int block, int blocks) {
    if (blocks <= 6) {
      return String.valueOf((char) ('a' + block));
    }
    return block == 0 ? "a" : "b" + block;
  }

  private static Feature bottleneck(
      Layers layers,
      NetworkSpec spec,
      String name,
      Feature in,
      int channels,
      int stride,
      boolean projected) {
    int inner = spec.channels(channels);
    int outer = spec.channels(channels * EXPANSION);
    Window first = new Window(1, stride, 0);
    Feature shortcut =
        projected ? layers.convNorm(name + "_branch1", in, outer, first, Role.SCALE) : in;
    String branch = name + "_branch2";
    Feature x = layers.convNorm(branch + "a", in, inner, first, Role.SCALE);
    x = layers.relu(branch + "a", x);
    x = layers.convNorm(branch + "b", x, inner, Window.same(3), Role.SCALE);
    x = layers.relu(branch + "b", x);
    x = layers.convNorm(branch + "c", x, outer, Window.same(1), Role.BRANCH_SCALE);
    return layers.relu(name, layers.add(name, shortcut, x));
  }
}
