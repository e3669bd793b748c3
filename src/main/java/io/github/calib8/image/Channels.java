package io.github.calib8.image;

import java.util.Locale;

/** The channels of a tensor, in order. */
public enum Channels {
  /** Red, green, blue: what torchvision delivers. */
  RGB(3),
  /** Blue, green, red: what OpenCV and so Caffe deliver. */
  BGR(3),
  /**
   * One channel of luma, ITU-R 601-2 in Pillow's arithmetic ({@code convert("L")}): {@code (19595 R
   * + 38470 G + 7471 B + 32768) >> 16}, computed after resizing and cropping.
   */
  GRAY(1);

  private final int count;

  Channels(int count) {
    this.count = count;
  }

  /**
   * Returns the number of channels.
   *
   * @return 3, or 1 for {@link #GRAY}
   */
  public int count() {
    return count;
  }

  /**
   * Returns the name in {@link Preprocessing#id()}.
   *
   * @return {@code rgb}, {@code bgr} or {@code gray}
   */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
