package io.github.calib8.diagnosis;

import com.google.common.collect.Lists;
import com.google.common.primitives.Floats;
import io.github.calib8.image.Channels;
import io.github.calib8.image.Preprocessing;
import java.util.List;

/** The order of color channels. */
final class Channel {

  private Channel() {}

  static List<Float> reversed(List<Float> values) {
    return List.copyOf(Lists.reverse(values));
  }

  /** The other order of colors, each with its own mean and std. */
  static Preprocessing swapped(Preprocessing preprocessing) {
    return swappedInPlace(preprocessing).toBuilder()
        .withMean(Floats.toArray(reversed(preprocessing.mean())))
        .withStd(Floats.toArray(reversed(preprocessing.std())))
        .build();
  }

  /** The other order of colors, whose means and stds stay where they are. */
  static Preprocessing swappedInPlace(Preprocessing preprocessing) {
    Channels other = preprocessing.channelOrder() == Channels.RGB ? Channels.BGR : Channels.RGB;
    return preprocessing.toBuilder().withChannels(other).build();
  }
}
