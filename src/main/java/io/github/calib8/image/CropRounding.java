package io.github.calib8.image;

/** Where the center crop begins if the margin is an odd number of pixels. */
public enum CropRounding {
  /** At {@code floor(margin / 2)}: Caffe's data layer. A margin of 3 gives 1. */
  DOWN("down") {
    @Override
    int offset(int margin) {
      return margin / 2;
    }
  },
  /**
   * At {@code margin / 2} rounded half to even: torchvision's {@code CenterCrop}. A margin of 3
   * gives 2, of 1 gives 0.
   */
  HALF_TO_EVEN("half-to-even") {
    @Override
    int offset(int margin) {
      return (int) Math.rint(margin / 2.0);
    }
  };

  private final String id;

  CropRounding(String id) {
    this.id = id;
  }

  /**
   * Returns the name in {@link Preprocessing#id()}.
   *
   * @return the name
   */
  public String id() {
    return id;
  }

  /** The first row or column of the crop. */
  abstract int offset(int margin);
}
