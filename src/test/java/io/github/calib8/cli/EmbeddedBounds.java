package io.github.calib8.cli;

import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.networks.Architecture;
import java.util.Map;
import java.util.Objects;

/**
 * What the default method may do to an embedded network: half as much divergence again as was
 * measured, and 0.7 points less agreement. Processors whose 8-bit products saturate keep to them as
 * well, though weights have fewer levels there (decisions/0057).
 *
 * @param divergence the largest mean KL(FP32 || INT8), in nats
 * @param agreement the smallest share of images that both rank first alike, in percent
 */
record EmbeddedBounds(double divergence, double agreement) {
  private static final double MORE_DIVERGENCE = 1.5;
  private static final double LESS_AGREEMENT = 0.7;

  /** Measured with weights of 8 bits, over all images. */
  private static final Map<Architecture, EmbeddedBounds> ALL =
      Map.ofEntries(
          measured(Architecture.ALEXNET, 0.00197, 97.97),
          measured(Architecture.GOOGLENET, 0.00425, 96.89),
          measured(Architecture.VGG16, 0.00305, 97.58),
          measured(Architecture.VGG19, 0.00398, 97.65),
          measured(Architecture.RESNET50, 0.00162, 98.31),
          measured(Architecture.RESNET101, 0.00215, 98.16),
          measured(Architecture.RESNET152, 0.00272, 97.84),
          measured(Architecture.MOBILENET_V2, 0.00203, 97.95),
          measured(Architecture.MOBILENET_V3_SMALL, 0.04784, 93.92),
          measured(Architecture.EFFICIENTNET_B0, 0.00873, 96.51),
          measured(Architecture.VIT_TINY, 0.00406, 98.04));

  private static Map.Entry<Architecture, EmbeddedBounds> measured(
      Architecture network, double divergence, double agreement) {
    return Map.entry(
        network, new EmbeddedBounds(MORE_DIVERGENCE * divergence, agreement - LESS_AGREEMENT));
  }

  /** Returns the bounds of a network. */
  static EmbeddedBounds of(Architecture network) {
    return Objects.requireNonNull(ALL.get(network));
  }

  /** Whether an INT8 model keeps to them. */
  boolean hold(AccuracyReport report) {
    return report.meanKl() <= divergence && report.agreement() >= agreement;
  }
}
