package io.github.calib8.diagnosis;

import com.google.common.primitives.Floats;
import io.github.calib8.image.Channels;
import io.github.calib8.image.Preprocessing;
import java.util.List;

/**
 * Values that published classifiers were trained on: {@code (sample / divisor - mean) / std}, mean
 * and std in the order R, G, B.
 */
enum Convention {
  /** torchvision's, and what follows it. */
  TORCHVISION(255, List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f)),
  /** Caffe's model zoo. */
  CAFFE(1, List.of(123f, 117f, 104f), List.of(1f, 1f, 1f)),
  /** From -1 to 1: Inception, MobileNet and EfficientNet-Lite of TensorFlow. */
  MINUS_ONE_TO_ONE(1, List.of(127.5f, 127.5f, 127.5f), List.of(127.5f, 127.5f, 127.5f)),
  /** From 0 to 1. */
  ZERO_TO_ONE(255, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f)),
  /** Samples as they are. */
  SAMPLES(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

  private final float divisor;
  private final List<Float> mean;
  private final List<Float> std;

  Convention(float divisor, List<Float> mean, List<Float> std) {
    this.divisor = divisor;
    this.mean = mean;
    this.std = std;
  }

  float divisor() {
    return divisor;
  }

  /** Whether these are values of any channels, gray among them. */
  boolean isOfAnyChannels() {
    return mean.stream().distinct().count() == 1 && std.stream().distinct().count() == 1;
  }

  float[] mean(Channels channels) {
    return values(mean, channels);
  }

  float[] std(Channels channels) {
    return values(std, channels);
  }

  Preprocessing of(Preprocessing preprocessing) {
    Channels channels = preprocessing.channelOrder();
    return preprocessing.toBuilder()
        .withDivisor(divisor)
        .withMean(mean(channels))
        .withStd(std(channels))
        .build();
  }

  private static float[] values(List<Float> rgb, Channels channels) {
    return switch (channels) {
      case RGB -> Floats.toArray(rgb);
      case BGR -> Floats.toArray(Channel.reversed(rgb));
      case GRAY -> new float[] {rgb.get(0)};
    };
  }
}
