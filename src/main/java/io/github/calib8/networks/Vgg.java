package io.github.calib8.networks;

import io.github.calib8.networks.Layers.Window;

/** VGG: five stages of 3x3 convolutions, each ended by pooling. */
final class Vgg {
  private static final int[] CHANNELS = {64, 128, 256, 512, 512};

  private Vgg() {}

  static Feature layers(Layers layers, NetworkSpec spec, int... depths) {
    Feature x = spec.input();
    for (int stage = 1; stage <= depths.length; stage++) {
      int channels = spec.channels(CHANNELS[stage - 1]);
      for (int i = 1; i <= depths[stage - 1]; i++) {
        x = layers.convRelu("conv" + stage + "_" + i, x, channels, Window.same(3));
      }
      x = layers.maxPool("pool" + stage, x, new Window(2, 2, 0));
    }
    return Classifier.hidden(layers, spec, x);
  }
}
