package io.github.calib8.report;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What INT8 cost in the reference report's Table 3: TensorRT 2.1 on a Tesla P40, Caffe's weights at
 * full size, 48,750 images of ILSVRC2012 after 1,250 for calibration; FP32 minus INT8 in points.
 */
final class ReferenceLosses {

  /** What the figures are, for readers. */
  static final String SOURCE =
      "Reference: Table 3 of the reference report, ImageNet (ILSVRC2012, 48,750 images) with Caffe's"
          + " networks at full size, TensorRT 2.1 on a Tesla P40. A yardstick for the size of a"
          + " difference, found by the network's name; other images and other weights give other"
          + " figures.";

  private static final Map<String, Losses> BY_NAME =
      Map.of(
          "resnet50", new Losses(0.07, 0.06),
          "resnet101", new Losses(0.02, 0.07),
          "resnet152", new Losses(0.06, 0.05),
          "vgg16", new Losses(0.05, 0.03),
          "vgg19", new Losses(0.09, 0.03),
          "googlenet", new Losses(0.18, 0.12),
          "alexnet", new Losses(0.03, 0.06));

  private ReferenceLosses() {}

  /** Differences in points. */
  record Losses(double top1, double top5) {}

  /** Those of a network, whatever the case and punctuation of its name, and with BVLC's prefix. */
  static Optional<Losses> of(String network) {
    String plain = network.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return Optional.ofNullable(BY_NAME.get(plain.replaceFirst("^bvlc", "")));
  }
}
