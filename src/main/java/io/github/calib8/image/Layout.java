package io.github.calib8.image;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The order of a tensor's dimensions. */
public enum Layout {
  /** Channels first, {@code [N, C, H, W]}: what PyTorch and Caffe write. */
  NCHW {
    @Override
    List<Long> image(long channels, long height, long width) {
      return List.of(channels, height, width);
    }
  },
  /** Channels last, {@code [N, H, W, C]}: what TensorFlow writes. */
  NHWC {
    @Override
    List<Long> image(long channels, long height, long width) {
      return List.of(height, width, channels);
    }
  };

  private static final int RANK = 4;

  /** The dimensions of one image. */
  abstract List<Long> image(long channels, long height, long width);

  /**
   * Returns the name in {@link Preprocessing#id()} and on the command line.
   *
   * @return {@code nchw} or {@code nhwc}
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds out from a shape which layout it is.
   *
   * <p>Channels are where the shape has as many: {@code [N, 3, 224, 224]} against {@code [N, 224,
   * 224, 3]}. Where it has as many in both places, or leaves both open, it can be either.
   *
   * @param shape the dimensions of a model's input, a negative number for one that is left open
   * @param channels how many channels an image has
   * @return the layout; empty if the shape can be both or neither
   */
  public static Optional<Layout> of(List<Long> shape, int channels) {
    if (shape.size() != RANK) {
      return Optional.empty();
    }
    Optional<Layout> said = either(shape.get(1) == channels, shape.get(RANK - 1) == channels);
    return said.isPresent()
        ? said
        : either(canBe(shape.get(1), channels), canBe(shape.get(RANK - 1), channels));
  }

  private static boolean canBe(long dimension, int channels) {
    return dimension < 0 || dimension == channels;
  }

  private static Optional<Layout> either(boolean first, boolean last) {
    return first == last ? Optional.empty() : Optional.of(first ? NCHW : NHWC);
  }
}
