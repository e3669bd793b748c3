package io.github.calib8.image;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Collects the parameters of a {@link Preprocessing}, from {@link Preprocessing#builder()} or
 * {@link Preprocessing#toBuilder()}.
 *
 * <p>Not safe for use by several threads.
 */
public final class PreprocessingBuilder {
  Resize resize;
  ResizeFilter filter;
  int height;
  int width;
  CropRounding cropRounding;
  Channels channels;
  Layout layout;
  float divisor;
  List<Float> mean;
  List<Float> std;

  PreprocessingBuilder() {
    resize = Resize.none();
    filter = ResizeFilter.BILINEAR;
    height = 224;
    width = 224;
    cropRounding = CropRounding.DOWN;
    channels = Channels.RGB;
    layout = Layout.NCHW;
    divisor = 1;
    mean = List.of();
    std = List.of();
  }

  /**
   * Sets the size before the crop; none by default.
   *
   * @param resize the size
   * @return this builder
   */
  public PreprocessingBuilder withResize(Resize resize) {
    this.resize = Objects.requireNonNull(resize, "resize");
    return this;
  }

  /**
   * Sets the resize filter; {@link ResizeFilter#BILINEAR} by default.
   *
   * @param filter the filter
   * @return this builder
   */
  public PreprocessingBuilder withFilter(ResizeFilter filter) {
    this.filter = Objects.requireNonNull(filter, "filter");
    return this;
  }

  /**
   * Sets a square crop; 224 by default.
   *
   * @param size height and width in pixels, 1 to 65,535
   * @return this builder
   */
  public PreprocessingBuilder withCrop(int size) {
    return withCrop(size, size);
  }

  /**
   * Sets the crop; 224 x 224 by default.
   *
   * @param height height in pixels, 1 to 65,535
   * @param width width in pixels, 1 to 65,535
   * @return this builder
   */
  public PreprocessingBuilder withCrop(int height, int width) {
    this.height = Resize.side(height, "crop height");
    this.width = Resize.side(width, "crop width");
    return this;
  }

  /**
   * Sets where the crop begins if the margin is odd; {@link CropRounding#DOWN} by default.
   *
   * @param cropRounding the rounding
   * @return this builder
   */
  public PreprocessingBuilder withCropRounding(CropRounding cropRounding) {
    this.cropRounding = Objects.requireNonNull(cropRounding, "cropRounding");
    return this;
  }

  /**
   * Sets the channels; {@link Channels#RGB} by default.
   *
   * @param channels the channels
   * @return this builder
   */
  public PreprocessingBuilder withChannels(Channels channels) {
    this.channels = Objects.requireNonNull(channels, "channels");
    return this;
  }

  /**
   * Sets the order of the tensor's dimensions; {@link Layout#NCHW} by default.
   *
   * @param layout that of the model's input
   * @return this builder
   */
  public PreprocessingBuilder withLayout(Layout layout) {
    this.layout = Objects.requireNonNull(layout, "layout");
    return this;
  }

  /**
   * Sets what samples of 0 to 255 are divided by before the mean is subtracted; 1 by default.
   *
   * @param divisor a finite number, not 0
   * @return this builder
   */
  public PreprocessingBuilder withDivisor(float divisor) {
    this.divisor = divisor;
    return this;
  }

  /**
   * Sets the mean to subtract, after the division; 0 by default.
   *
   * @param mean one finite value per channel, in the channels' order
   * @return this builder
   */
  public PreprocessingBuilder withMean(float... mean) {
    this.mean = boxed(mean);
    return this;
  }

  /**
   * Sets the standard deviation to divide by in the end; 1 by default.
   *
   * @param std one finite value per channel, in the channels' order, none 0
   * @return this builder
   */
  public PreprocessingBuilder withStd(float... std) {
    this.std = boxed(std);
    return this;
  }

  /**
   * Returns the preprocessing.
   *
   * @return a preprocessing of these parameters
   * @throws IllegalArgumentException if the crop cannot fit the size before it, mean or std do not
   *     have one value per channel, or a value is not finite or, in the divisor and std, is 0
   */
  public Preprocessing build() {
    check();
    return new Preprocessing(this);
  }

  private static List<Float> boxed(float... values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = values[i];
    }
    return List.of(boxed);
  }

  /** The mean, one value per channel. */
  List<Float> meanValues() {
    return mean.isEmpty() ? Collections.nCopies(channels.count(), 0f) : mean;
  }

  /** The standard deviation, one value per channel. */
  List<Float> stdValues() {
    return std.isEmpty() ? Collections.nCopies(channels.count(), 1f) : std;
  }

  private void check() {
    checkValues("mean", meanValues());
    checkValues("std", stdValues());
    if (!Float.isFinite(divisor) || divisor == 0 || std.contains(0f) || std.contains(-0f)) {
      throw new IllegalArgumentException(
          "Expected a finite divisor and std other than 0, found divisor "
              + divisor
              + ", std "
              + stdValues());
    }
    if ((long) channels.count() * height > Integer.MAX_VALUE / width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected a crop of fewer than 2^31 values, found %d x %d x %d",
              channels.count(),
              height,
              width));
    }
  }

  private void checkValues(String name, List<Float> values) {
    if (values.size() != channels.count() || !values.stream().allMatch(Float::isFinite)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected %d finite values of %s for channels %s, found %s",
              channels.count(),
              name,
              channels.id(),
              values));
    }
  }
}
