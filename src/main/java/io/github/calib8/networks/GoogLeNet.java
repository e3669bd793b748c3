package io.github.calib8.networks;

import io.github.calib8.networks.Layers.Window;
import java.util.List;

/** GoogLeNet as BVLC's reference model, without the auxiliary heads of training. */
final class GoogLeNet {
  private static final float DROPOUT = 0.4f;
  private static final Window POOL = new Window(3, 2, 0);

  private GoogLeNet() {}

  static Feature layers(Layers layers, NetworkSpec spec) {
    Feature x = spec.input();
    x = layers.convRelu("conv1/7x7_s2", x, spec.channels(64), new Window(7, 2, 3));
    x = layers.lrn("pool1/norm1", layers.maxPool("pool1/3x3_s2", x, POOL));
    x = layers.convRelu("conv2/3x3_reduce", x, spec.channels(64), Window.same(1));
    x = layers.convRelu("conv2/3x3", x, spec.channels(192), Window.same(3));
    x = layers.maxPool("pool2/3x3_s2", layers.lrn("conv2/norm2", x), POOL);
    x = inception(layers, spec, "3a", x, 64, 96, 128, 16, 32, 32);
    x = inception(layers, spec, "3b", x, 128, 128, 192, 32, 96, 64);
    x = layers.maxPool("pool3/3x3_s2", x, POOL);
    x = inception(layers, spec, "4a", x, 192, 96, 208, 16, 48, 64);
    x = inception(layers, spec, "4b", x, 160, 112, 224, 24, 64, 64);
    x = inception(layers, spec, "4c", x, 128, 128, 256, 24, 64, 64);
    x = inception(layers, spec, "4d", x, 112, 144, 288, 32, 64, 64);
    x = inception(layers, spec, "4e", x, 256, 160, 320, 32, 128, 128);
    x = layers.maxPool("pool4/3x3_s2", x, POOL);
    x = inception(layers, spec, "5a", x, 256, 160, 320, 32, 128, 128);
    x = inception(layers, spec, "5b", x, 384, 192, 384, 48, 128, 128);
    x = layers.averagePool("pool5/7x7_s1", x);
    x = layers.dropout("pool5/drop_7x7_s1", x, DROPOUT);
    return layers.dense("loss3/classifier", layers.flatten("pool5/flatten", x), spec.classes());
  }

  /** Four branches; the channels are those of the original, in the order of its paper's table. */
  private static Feature inception(
      Layers layers, NetworkSpec spec, String block, Feature in, int... channels) {
    int[] c = new int[channels.length];
    for (int i = 0; i < c.length; i++) {
      c[i] = spec.channels(channels[i]);
    }
    String name = "inception_" + block + "/";
    Feature one = layers.convRelu(name + "1x1", in, c[0], Window.same(1));
    Feature three = layers.convRelu(name + "3x3_reduce", in, c[1], Window.same(1));
    three = layers.convRelu(name + "3x3", three, c[2], Window.same(3));
    Feature five = layers.convRelu(name + "5x5_reduce", in, c[3], Window.same(1));
    five = layers.convRelu(name + "5x5", five, c[4], Window.same(5));
    Feature pool = layers.maxPool(name + "pool", in, Window.same(3));
    pool = layers.convRelu(name + "pool_proj", pool, c[5], Window.same(1));
    return layers.concat(name + "output", List.of(one, three, five, pool));
  }
}
