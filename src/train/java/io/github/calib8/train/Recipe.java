package io.github.calib8.train;

import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import io.github.calib8.networks.WeightSource;

/**
 * How a small network is built and trained. An immutable value.
 *
 * @param architecture the topology
 * @param width the factor on its channels
 * @param steps how many batches it sees
 * @param batch how many images a batch has
 * @param rate the highest learning rate
 */
record Recipe(Architecture architecture, double width, int steps, int batch, double rate) {
  /** The edge of every small network's input. */
  static final int INPUT_SIZE = 64;

  /** AdamW's weight decay, on kernels. */
  static final double DECAY = 0.05;

  /** Units of each hidden fully connected layer. */
  static final int HIDDEN = 512;

  /** The seed of the first weights. */
  static final long SEED = 8;

  private static final double WARM_UP = 0.08;

  /** Returns the recipe of a network. */
  static Recipe of(Architecture architecture) {
    return switch (architecture) {
      case ALEXNET -> new Recipe(architecture, 1.0 / 4, 5_600, 64, 1e-3);
      case GOOGLENET -> new Recipe(architecture, 1.0 / 4, 7_600, 64, 1e-3);
      case VGG16 -> new Recipe(architecture, 1.0 / 8, 5_600, 64, 1e-3);
      case VGG19 -> new Recipe(architecture, 1.0 / 8, 8_400, 64, 1e-3);
      case RESNET50 -> new Recipe(architecture, 3.0 / 16, 4_800, 64, 2e-3);
      case RESNET101, RESNET152 -> new Recipe(architecture, 1.0 / 8, 4_800, 64, 2e-3);
      case MOBILENET_V2 -> new Recipe(architecture, 3.0 / 8, 4_800, 64, 2e-3);
      case MOBILENET_V3_SMALL -> new Recipe(architecture, 1.0 / 2, 12_000, 64, 3e-3);
      case EFFICIENTNET_B0 -> new Recipe(architecture, 1.0 / 4, 8_400, 64, 2e-3);
      case VIT_TINY -> new Recipe(architecture, 1.0 / 4, 16_000, 64, 2e-3);
    };
  }

  /** Returns the network before training. */
  NetworkSpec spec() {
    return NetworkSpec.of(architecture)
        .withWidth(width)
        .withHidden(HIDDEN)
        .withInputSize(INPUT_SIZE)
        .withClasses(Category.COUNT)
        .withWeights(WeightSource.he(SEED));
  }

  /** Returns the learning rate of a step: linear warm-up, then half a cosine down to 0. */
  double rate(int step) {
    double done = (step + 1.0) / steps;
    if (done < WARM_UP) {
      return rate * done / WARM_UP;
    }
    return rate * 0.5 * (1 + Math.cos(Math.PI * (done - WARM_UP) / (1 - WARM_UP)));
  }
}
