package io.github.calib8.image;

/**
 * How a resized pixel is computed from the original ones. Pixel centers lie at half-integers in all
 * of them ({@code source = (target + 0.5) * scale - 0.5}).
 */
public enum ResizeFilter {
  /**
   * Bilinear between the four nearest pixels, however much the image shrinks, in OpenCV's 8-bit
   * fixed-point arithmetic ({@code cv::resize} with {@code INTER_LINEAR}, which Caffe uses):
   * weights in 1/2048 rounded half to even, result rounded to 8 bits once, after both directions.
   * Gives the same bytes as OpenCV 4 (<a
   * href="https://docs.opencv.org/4.x/da/d54/group__imgproc__transform.html">documentation</a>).
   */
  BILINEAR("bilinear"),

  /**
   * A triangle as wide as the shrinking asks for, in Pillow's arithmetic ({@code Image.resize} with
   * {@code BILINEAR}, which torchvision uses on decoded images): first along rows, then along
   * columns, weights in 2<sup>-22</sup>, rounded half up to 8 bits after each direction. Gives the
   * same bytes as Pillow up to 12 (<a
   * href="https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters">documentation</a>);
   * Pillow 13 begins with the columns where the height shrinks much more than the width, and so
   * rounds differently there.
   */
  ANTIALIASED_BILINEAR("antialiased-bilinear"),

  /** Like {@link #ANTIALIASED_BILINEAR} with Pillow's cubic kernel (a = -0.5), {@code BICUBIC}. */
  ANTIALIASED_BICUBIC("antialiased-bicubic");

  private final String id;

  ResizeFilter(String id) {
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

  Resampler resampler() {
    return switch (this) {
      case BILINEAR -> BilinearResampler::resample;
      case ANTIALIASED_BILINEAR -> KernelResampler.TRIANGLE;
      case ANTIALIASED_BICUBIC -> KernelResampler.CUBIC;
    };
  }
}
