package io.github.calib8.dataset;

import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What makes a tensor [C, H, W] float32 of an image, with every parameter explicit.
 *
 * <p>In this order: the image as 8-bit RGB (gray values three times; alpha dropped; EXIF
 * orientation and color profiles ignored, as Caffe and torchvision do); {@linkplain #withResize
 * resize} with a {@linkplain #withFilter filter}, rounded to 8 bits; {@linkplain #withCrop(int)
 * crop} of the center; channel order; then, per channel, {@code (x / divisor - mean) / std} in
 * float32 for a sample x of 0 to 255.
 *
 * <p>Two presets, both for inputs of 224 x 224:
 *
 * <table class="striped">
 * <caption>The presets</caption>
 * <thead><tr><th>parameter</th><th>{@link #caffe()}</th><th>{@link #torchvision()}</th></tr></thead>
 * <tbody>
 * <tr><td>resize</td><td>square, 256 x 256</td><td>shorter side 256</td></tr>
 * <tr><td>filter</td><td>{@link ResizeFilter#BILINEAR}</td><td>{@link ResizeFilter#ANTIALIASED_BILINEAR}</td></tr>
 * <tr><td>crop</td><td>224 x 224</td><td>224 x 224</td></tr>
 * <tr><td>odd margins</td><td>{@link CropRounding#DOWN}</td><td>{@link CropRounding#HALF_TO_EVEN}</td></tr>
 * <tr><td>channels</td><td>{@link Channels#BGR}</td><td>{@link Channels#RGB}</td></tr>
 * <tr><td>divisor</td><td>1</td><td>255</td></tr>
 * <tr><td>mean</td><td>104, 117, 123 (B, G, R)</td><td>0.485, 0.456, 0.406 (R, G, B)</td></tr>
 * <tr><td>std</td><td>1, 1, 1</td><td>0.229, 0.224, 0.225 (R, G, B)</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Immutable and safe for use by several threads. Equal are those with the same {@link #id()}.
 */
public final class Preprocessing {
  private static final int LEVELS = 256;

  private final Builder parameters;
  private final String id;

  /** The tensor's value for each sample of each channel. */
  private final float[][] values;

  private Preprocessing(Builder builder) {
    parameters = new Builder(builder);
    parameters.check();
    id = parameters.id();
    values = new float[channels()][LEVELS];
    for (int c = 0; c < values.length; c++) {
      for (int sample = 0; sample < LEVELS; sample++) {
        values[c][sample] =
            (sample / parameters.divisor - parameters.mean.get(c)) / parameters.std.get(c);
      }
    }
  }

  /**
   * Returns the preprocessing of the Caffe model zoo's classifiers (<a
   * href="https://github.com/BVLC/caffe/tree/master/models">BVLC</a>, VGG, MSRA's ResNets): 256 x
   * 256 regardless of the aspect ratio, 224 x 224 of the center, BGR, minus the mean color (104,
   * 117, 123). BVLC AlexNet: {@code withCrop(227)}.
   *
   * @return the preset
   */
  public static Preprocessing caffe() {
    return builder()
        .withResize(Resize.square(256))
        .withFilter(ResizeFilter.BILINEAR)
        .withCropRounding(CropRounding.DOWN)
        .withChannels(Channels.BGR)
        .withMean(104, 117, 123)
        .build();
  }

  /**
   * Returns the preprocessing of torchvision's classifiers (<a
   * href="https://docs.pytorch.org/vision/stable/models.html">documentation</a>, weights {@code
   * IMAGENET1K_V1}): shorter side 256, antialiased as Pillow does it, 224 x 224 of the center, RGB,
   * divided by 255, normalized. Where torchvision would pad an image smaller than the crop, this
   * fails.
   *
   * @return the preset
   */
  public static Preprocessing torchvision() {
    return builder()
        .withResize(Resize.shorterSide(256))
        .withFilter(ResizeFilter.ANTIALIASED_BILINEAR)
        .withCropRounding(CropRounding.HALF_TO_EVEN)
        .withChannels(Channels.RGB)
        .withDivisor(255)
        .withMean(0.485f, 0.456f, 0.406f)
        .withStd(0.229f, 0.224f, 0.225f)
        .build();
  }

  /**
   * Starts from the defaults: no resizing (and {@link ResizeFilter#BILINEAR} should it be turned
   * on), crop 224 x 224 rounding down, RGB, divisor 1, mean 0, std 1.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns a builder that starts from this preprocessing.
   *
   * @return a new builder
   */
  public Builder toBuilder() {
    return new Builder(parameters);
  }

  /**
   * Returns this preprocessing with another size before the crop.
   *
   * @param resize the size
   * @return the changed preprocessing
   * @throws IllegalArgumentException if the crop would not fit
   */
  public Preprocessing withResize(Resize resize) {
    return toBuilder().withResize(resize).build();
  }

  /**
   * Returns this preprocessing with another filter.
   *
   * @param filter the filter
   * @return the changed preprocessing
   */
  public Preprocessing withFilter(ResizeFilter filter) {
    return toBuilder().withFilter(filter).build();
  }

  /**
   * Returns this preprocessing with another crop.
   *
   * @param size height and width of the crop and so of the tensor, in pixels, at least 1
   * @return the changed preprocessing
   * @throws IllegalArgumentException if the crop does not fit the size before it
   */
  public Preprocessing withCrop(int size) {
    return withCrop(size, size);
  }

  /**
   * Returns this preprocessing with another crop.
   *
   * @param height height of the crop and so of the tensor, in pixels, at least 1
   * @param width width of the crop and so of the tensor, in pixels, at least 1
   * @return the changed preprocessing
   * @throws IllegalArgumentException if the crop does not fit the size before it
   */
  public Preprocessing withCrop(int height, int width) {
    return toBuilder().withCrop(height, width).build();
  }

  /**
   * Returns the number of channels of the tensor, C.
   *
   * @return 3, or 1 for {@link Channels#GRAY}
   */
  public int channels() {
    return parameters.channels.count();
  }

  /**
   * Returns the height of the tensor, H.
   *
   * @return pixels
   */
  public int height() {
    return parameters.height;
  }

  /**
   * Returns the width of the tensor, W.
   *
   * @return pixels
   */
  public int width() {
    return parameters.width;
  }

  /**
   * Returns the canonical text of every parameter, such as {@code
   * resize=square:256,filter=bilinear,crop=224x224,crop-rounding=down,channels=bgr,divisor=1.0,mean=104.0/117.0/123.0,std=1.0/1.0/1.0}
   * (crop: height x width). The filter is {@code none} where nothing is resized.
   *
   * @return the text; the same for the same values
   */
  public String id() {
    return id;
  }

  /**
   * Preprocesses an image into an array.
   *
   * @param image the image, of any type
   * @param target receives [C, H, W] float32
   * @param offset where in {@code target} to begin
   * @throws IllegalArgumentException if {@code target} is too short, or the image, resized, is
   *     smaller than the crop
   */
  public void apply(BufferedImage image, float[] target, int offset) {
    Objects.checkFromIndexSize(offset, size(), target.length);
    Pixels pixels = crop(Pixels.of(image));
    if (parameters.channels == Channels.GRAY) {
      luma(pixels, values[0], target, offset);
      return;
    }
    boolean rgb = parameters.channels == Channels.RGB;
    int plane = height() * width();
    plane(pixels, rgb ? pixels.red : pixels.blue, values[0], target, offset);
    plane(pixels, pixels.green, values[1], target, offset + plane);
    plane(pixels, rgb ? pixels.blue : pixels.red, values[2], target, offset + 2 * plane);
  }

  /** Number of values of one image's tensor. */
  int size() {
    return channels() * height() * width();
  }

  private Pixels crop(Pixels image) {
    int imageWidth = parameters.resize.width(image.width, image.height);
    int imageHeight = parameters.resize.height(image.width, image.height);
    if (imageWidth < width() || imageHeight < height()) {
      throw new IllegalArgumentException(
          String.format(
              "Expected an image of at least %d x %d pixels for the crop (width x height, resize %s), found %d x %d",
              width(), height(), parameters.resize, image.width, image.height));
    }
    int x = parameters.cropRounding.offset(imageWidth - width());
    int y = parameters.cropRounding.offset(imageHeight - height());
    if (imageWidth == image.width && imageHeight == image.height) {
      return image.region(x, y, width(), height());
    }
    return parameters
        .filter
        .resampler()
        .resample(image, imageWidth, imageHeight, new Resampler.Part(x, y, width(), height()));
  }

  private static void plane(Pixels pixels, int origin, float[] values, float[] target, int offset) {
    byte[] data = pixels.data;
    int to = offset;
    for (int y = 0; y < pixels.height; y++) {
      int from = origin + y * pixels.rowStride;
      for (int x = 0; x < pixels.width; x++, from += pixels.pixelStride) {
        target[to++] = values[data[from] & 0xff];
      }
    }
  }

  private static void luma(Pixels pixels, float[] values, float[] target, int offset) {
    byte[] data = pixels.data;
    int to = offset;
    for (int y = 0; y < pixels.height; y++) {
      int from = y * pixels.rowStride;
      for (int x = 0; x < pixels.width; x++, from += pixels.pixelStride) {
        int r = data[from + pixels.red] & 0xff;
        int g = data[from + pixels.green] & 0xff;
        int b = data[from + pixels.blue] & 0xff;
        target[to++] = values[19595 * r + 38470 * g + 7471 * b + 32768 >> 16];
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preprocessing that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** Returns {@link #id()}. */
  @Override
  public String toString() {
    return id;
  }

  /** Collects the parameters of a {@link Preprocessing}. Not safe for use by several threads. */
  public static final class Builder {
    private Resize resize;
    private ResizeFilter filter;
    private int height;
    private int width;
    private CropRounding cropRounding;
    private Channels channels;
    private float divisor;
    private List<Float> mean;
    private List<Float> std;

    private Builder() {
      resize = Resize.none();
      filter = ResizeFilter.BILINEAR;
      height = 224;
      width = 224;
      cropRounding = CropRounding.DOWN;
      channels = Channels.RGB;
      divisor = 1;
      mean = List.of();
      std = List.of();
    }

    private Builder(Builder other) {
      resize = other.resize;
      filter = other.filter;
      height = other.height;
      width = other.width;
      cropRounding = other.cropRounding;
      channels = other.channels;
      divisor = other.divisor;
      mean = other.mean;
      std = other.std;
    }

    /**
     * Sets the size before the crop; none by default.
     *
     * @param resize the size
     * @return this builder
     */
    public Builder withResize(Resize resize) {
      this.resize = Objects.requireNonNull(resize, "resize");
      return this;
    }

    /**
     * Sets the resize filter; {@link ResizeFilter#BILINEAR} by default.
     *
     * @param filter the filter
     * @return this builder
     */
    public Builder withFilter(ResizeFilter filter) {
      this.filter = Objects.requireNonNull(filter, "filter");
      return this;
    }

    /**
     * Sets a square crop; 224 by default.
     *
     * @param size height and width in pixels, at least 1
     * @return this builder
     */
    public Builder withCrop(int size) {
      return withCrop(size, size);
    }

    /**
     * Sets the crop; 224 x 224 by default.
     *
     * @param height height in pixels, at least 1
     * @param width width in pixels, at least 1
     * @return this builder
     */
    public Builder withCrop(int height, int width) {
      this.height = Arguments.atLeast(1, height, "crop height");
      this.width = Arguments.atLeast(1, width, "crop width");
      return this;
    }

    /**
     * Sets where the crop begins if the margin is odd; {@link CropRounding#DOWN} by default.
     *
     * @param cropRounding the rounding
     * @return this builder
     */
    public Builder withCropRounding(CropRounding cropRounding) {
      this.cropRounding = Objects.requireNonNull(cropRounding, "cropRounding");
      return this;
    }

    /**
     * Sets the channels; {@link Channels#RGB} by default.
     *
     * @param channels the channels
     * @return this builder
     */
    public Builder withChannels(Channels channels) {
      this.channels = Objects.requireNonNull(channels, "channels");
      return this;
    }

    /**
     * Sets what samples of 0 to 255 are divided by before the mean is subtracted; 1 by default.
     *
     * @param divisor a finite number, not 0
     * @return this builder
     */
    public Builder withDivisor(float divisor) {
      this.divisor = divisor;
      return this;
    }

    /**
     * Sets the mean to subtract, after the division; 0 by default.
     *
     * @param mean one finite value per channel, in the channels' order
     * @return this builder
     */
    public Builder withMean(float... mean) {
      this.mean = boxed(mean);
      return this;
    }

    /**
     * Sets the standard deviation to divide by in the end; 1 by default.
     *
     * @param std one finite value per channel, in the channels' order, none 0
     * @return this builder
     */
    public Builder withStd(float... std) {
      this.std = boxed(std);
      return this;
    }

    /**
     * Returns the preprocessing.
     *
     * @return a preprocessing of these parameters
     * @throws IllegalArgumentException if the crop cannot fit the size before it, mean or std do
     *     not have one value per channel, or a value is not finite or, in the divisor and std, is 0
     */
    public Preprocessing build() {
      return new Preprocessing(this);
    }

    private static List<Float> boxed(float... values) {
      Float[] boxed = new Float[values.length];
      for (int i = 0; i < boxed.length; i++) {
        boxed[i] = values[i];
      }
      return List.of(boxed);
    }

    private void check() {
      if (mean.isEmpty()) {
        mean = Collections.nCopies(channels.count(), 0f);
      }
      if (std.isEmpty()) {
        std = Collections.nCopies(channels.count(), 1f);
      }
      checkValues("mean", mean);
      checkValues("std", std);
      if (!Float.isFinite(divisor) || divisor == 0 || std.contains(0f) || std.contains(-0f)) {
        throw new IllegalArgumentException(
            "Expected a finite divisor and std other than 0, found divisor "
                + divisor
                + ", std "
                + std);
      }
      if (!resize.isNone() && resize.smallestSide() < Math.max(width, height)) {
        throw new IllegalArgumentException(
            String.format(
                "Expected a crop that fits %s, found %d x %d (width x height)",
                resize, width, height));
      }
    }

    private void checkValues(String name, List<Float> values) {
      if (values.size() != channels.count() || !values.stream().allMatch(Float::isFinite)) {
        throw new IllegalArgumentException(
            String.format(
                "Expected %d finite values of %s for channels %s, found %s",
                channels.count(), name, channels.id(), values));
      }
    }

    private String id() {
      return "resize="
          + resize
          + ",filter="
          + (resize.isNone() ? "none" : filter.id())
          + ",crop="
          + height
          + "x"
          + width
          + ",crop-rounding="
          + cropRounding.id()
          + ",channels="
          + channels.id()
          + ",divisor="
          + divisor
          + ",mean="
          + joined(mean)
          + ",std="
          + joined(std);
    }

    private static String joined(List<Float> values) {
      return values.stream().map(String::valueOf).collect(Collectors.joining("/"));
    }
  }
}
