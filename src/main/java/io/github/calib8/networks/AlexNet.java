package io.github.calib8.networks;

import io.github.calib8.networks.Layers.Window;

/** AlexNet as BVLC's reference model: LRN before pooling, convolutions 2, 4 and 5 in two groups. */
final class AlexNet {
  private static final int GROUPS = 2;
  private static final Window POOL = new Window(3, 2, 0);

  private AlexNet() {}

  static Feature layers(Layers layers, NetworkSpec spec) {
    Feature x = spec.input();
    x = layers.convRelu("conv1", x, spec.channels(96), new Window(11, 4, 0));
    x = layers.maxPool("pool1", layers.lrn("norm1", x), POOL);
    x = grouped(layers, "conv2", x, spec.channels(256), 5);
    x = layers.maxPool("pool2", layers.lrn("norm2", x), POOL);
    x = layers.convRelu("conv3", x, spec.channels(384), Window.same(3));
    x = grouped(layers, "conv4", x, spec.channels(384), 3);
    x = grouped(layers, "conv5", x, spec.channels(256), 3);
    x = layers.maxPool("pool5", x, POOL);
    return Classifier.hidden(layers, spec, x);
  }

  private static Feature grouped(Layers layers, String name, Feature in, int out, int kernel) {
    return layers.relu(name, layers.conv(name, in, out, Window.same(kernel), GROUPS));
  }
}
