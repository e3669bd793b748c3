package io.github.calib8.diagnosis;

import io.github.calib8.image.Channels;
import io.github.calib8.image.Layout;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.image.ResizeFilter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Other preprocessings that people mean when they give one: each differs from it in what one
 * mistake changes.
 */
final class Alternatives {
  /** What the shorter side is to the crop where classifiers of ImageNet are trained: 256 to 224. */
  private static final double MARGIN = 256.0 / 224;

  private Alternatives() {}

  /**
   * The alternatives, each once, without the preprocessing itself.
   *
   * @param named what the model says of itself, if it does
   */
  static List<Preprocessing> of(Preprocessing current, Optional<Preprocessing> named) {
    Set<Preprocessing> all = new LinkedHashSet<>();
    named.ifPresent(all::add);
    if (current.channelOrder() != Channels.GRAY) {
      all.add(Channel.swapped(current));
      all.add(Channel.swappedInPlace(current));
    }
    all.addAll(values(current));
    all.addAll(sizes(current));
    if (!current.resize().equals(Resize.none())) {
      for (ResizeFilter filter : ResizeFilter.values()) {
        all.add(current.withFilter(filter));
      }
    }
    all.add(otherLayout(current));
    all.remove(current);
    return List.copyOf(all);
  }

  /** The other order of the tensor's dimensions. */
  static Preprocessing otherLayout(Preprocessing preprocessing) {
    return preprocessing.withLayout(
        preprocessing.layout() == Layout.NCHW ? Layout.NHWC : Layout.NCHW);
  }

  private static List<Preprocessing> values(Preprocessing current) {
    Channels channels = current.channelOrder();
    List<Preprocessing> all = new ArrayList<>();
    for (Convention convention : Convention.values()) {
      if (channels == Channels.GRAY && !convention.isOfAnyChannels()) {
        continue;
      }
      all.add(convention.of(current));
      all.add(current.toBuilder().withDivisor(convention.divisor()).build());
      if (convention.divisor() == current.divisor()) {
        all.add(current.toBuilder().withMean(convention.mean(channels)).build());
        all.add(current.toBuilder().withStd(convention.std(channels)).build());
      }
    }
    return all;
  }

  private static List<Preprocessing> sizes(Preprocessing current) {
    int crop = Math.max(current.height(), current.width());
    int wider = (int) Math.min(Resize.LONGEST, Math.round(MARGIN * crop));
    return List.of(
        current.withResize(Resize.shorterSide(wider)),
        current.withResize(Resize.square(wider)),
        current.withResize(Resize.shorterSide(crop)),
        current.withResize(Resize.square(crop)),
        current.withResize(Resize.exactly(current.height(), current.width())),
        current.withResize(Resize.none()));
  }
}
