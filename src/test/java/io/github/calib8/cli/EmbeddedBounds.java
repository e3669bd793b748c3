package io.github.calib8.cli;

import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.networks.Architecture;
import io.github.calib8.scale.InstructionSet;
import java.util.Map;
import java.util.Objects;

/**
 * What the default method may do to an embedded network: half as much divergence again as was
 * measured, and 0.7 points less agreement. Processors whose 8-bit products saturate have weights of
 * fewer levels, and other costs, and so bounds of their own (decisions/0057).
 *
 * @param divergence the largest mean KL(FP32 || INT8), in nats
 * @param agreement the smallest share of images that both rank first alike, in percent
 */
record EmbeddedBounds(double divergence, double agreement) {
  private static final double MORE_DIVERGENCE = 1.5;
  private static final double LESS_AGREEMENT = 0.7;

  /** Weights of 8 bits, over all images that measure. */
  private static final Map<Architecture, EmbeddedBounds> FULL =
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

  /** Weights of 7 bits where need be, over the first 5,000. */
  private static final Map<Architecture, EmbeddedBounds> REDUCED =
      Map.ofEntries(
          measured(Architecture.ALEXNET, 0.00195, 97.74),
          measured(Architecture.GOOGLENET, 0.00465, 97.12),
          measured(Architecture.VGG16, 0.00288, 97.62),
          measured(Architecture.VGG19, 0.00461, 97.66),
          measured(Architecture.RESNET50, 0.00162, 98.22),
          measured(Architecture.RESNET101, 0.00342, 97.80),
          measured(Architecture.RESNET152, 0.00281, 98.04),
          measured(Architecture.MOBILENET_V2, 0.00220, 97.48),
          measured(Architecture.MOBILENET_V3_SMALL, 0.04586, 94.12),
          measured(Architecture.EFFICIENTNET_B0, 0.00989, 96.34),
          measured(Architecture.VIT_TINY, 0.00033, 99.52));

  private static Map.Entry<Architecture, EmbeddedBounds> measured(
      Architecture network, double divergence, double agreement) {
    return Map.entry(
        network, new EmbeddedBounds(MORE_DIVERGENCE * divergence, agreement - LESS_AGREEMENT));
  }

  /**
   * Returns the bounds of a network.
   *
   * @param processor where it was measured
   */
  static EmbeddedBounds of(Architecture network, InstructionSet processor) {
    return Objects.requireNonNull((processor.saturatesU8S8() ? REDUCED : FULL).get(network));
  }

  /** Whether an INT8 model keeps to them. */
  boolean hold(AccuracyReport report) {
    return report.meanKl() <= divergence && report.agreement() >= agreement;
  }
}
