package io.github.calib8.image;

import io.github.calib8.work.Internal;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What makes a tensor [C, H, W] float32 of an image - or [H, W, C], see {@link #withLayout} -, with
 * every parameter explicit.
 *
 * <p>In this order: the image as 8-bit RGB (gray values three times; alpha dropped; EXIF
 * orientation and color profiles ignored, as Caffe and torchvision do); {@linkplain #withResize
 * resize} with a {@linkplain #withFilter filter}, rounded to 8 bits; {@linkplain #withCrop(int)
 * crop} of the center; channel order; then, per channel, {@code (x / divisor - mean) / std} in
 * float32 for a sample x of 0 to 255.
 *
 * <p>Presets, for inputs of 224 x 224; {@link #timm()}, {@link #tensorflow()} and {@link
 * #kerasCaffe()} say how they differ from these two:
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
 * <p>Whether the crop fits the resized image is checked where images are processed, so that the
 * order of changes does not matter. Immutable and safe for use by several threads. Equal are those
 * with the same {@link #id()}.
 */
public final class Preprocessing {
  /** The property of a model by which it names its preprocessing, as {@link #id()} does. */
  public static final String METADATA = "calib8.preprocessing";

  private static final int LEVELS = 256;

  private final Resize resize;
  private final ResizeFilter filter;
  private final int height;
  private final int width;
  private final CropRounding cropRounding;
  private final Channels channels;
  private final Layout layout;
  private final float divisor;
  private final List<Float> mean;
  private final List<Float> std;
  private final String id;

  /** The tensor's value for each sample of each channel. */
  private final float[][] values;

  /** Takes over what the builder has checked. */
  Preprocessing(PreprocessingBuilder builder) {
    resize = builder.resize;
    filter = builder.filter;
    height = builder.height;
    width = builder.width;
    cropRounding = builder.cropRounding;
    channels = builder.channels;
    layout = builder.layout;
    divisor = builder.divisor;
    mean = builder.meanValues();
    std = builder.stdValues();
    id = PreprocessingId.of(builder);
    values = new float[channels.count()][LEVELS];
    for (int c = 0; c < values.length; c++) {
      for (int sample = 0; sample < LEVELS; sample++) {
        values[c][sample] = (sample / divisor - mean.get(c)) / std.get(c);
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
   * Returns the preprocessing of many of timm's classifiers, the vision transformers before all (<a
   * href="https://github.com/huggingface/pytorch-image-models">pytorch-image-models</a>): values
   * from -1 to 1 by mean and std of 0.5, and a crop of 0.9 of the shorter side, 248, antialiased
   * bicubic as Pillow does it. Models differ, and name theirs in {@code config.json}: {@link
   * #read}.
   *
   * @return the preset
   */
  public static Preprocessing timm() {
    return torchvision().toBuilder()
        .withResize(Resize.shorterSide(248))
        .withFilter(ResizeFilter.ANTIALIASED_BICUBIC)
        .withMean(0.5f, 0.5f, 0.5f)
        .withStd(0.5f, 0.5f, 0.5f)
        .build();
  }

  /**
   * Returns the preprocessing of TensorFlow's Inception, ResNet V2 and MobileNet (Keras' mode
   * {@code tf}): RGB from -1 to 1, and the central 0.875 of the image squeezed to 224 x 224, which
   * is 256 x 256 and the center of it. The channels come last in most of these models; that is the
   * layout's.
   *
   * @return the preset
   */
  public static Preprocessing tensorflow() {
    return builder()
        .withResize(Resize.square(256))
        .withFilter(ResizeFilter.BILINEAR)
        .withDivisor(127.5f)
        .withMean(1, 1, 1)
        .build();
  }

  /**
   * Returns the preprocessing of Keras' VGG, ResNet and others in its mode {@code caffe}: BGR,
   * minus the mean color (103.939, 116.779, 123.68), not divided; shorter side 256, 224 x 224 of
   * the center. Keras says the values alone, and leaves the size to its user.
   *
   * @return the preset
   */
  public static Preprocessing kerasCaffe() {
    return builder()
        .withResize(Resize.shorterSide(256))
        .withFilter(ResizeFilter.BILINEAR)
        .withChannels(Channels.BGR)
        .withMean(103.939f, 116.779f, 123.68f)
        .build();
  }

  /**
   * Reads what others write down beside a model: timm's {@code config.json}, Hugging Face's {@code
   * preprocessor_config.json}, the {@code model_info} of OpenVINO's {@code .xml}, or a text that
   * {@link #id()} wrote, alone or in a calibration table.
   *
   * @param file the file
   * @return the preprocessing, in {@link Layout#NCHW} unless an {@link #id()} says otherwise
   * @throws IllegalArgumentException if it is none of these, or says what no preprocessing here
   *     does; names the file and the field
   * @throws IOException if the file cannot be read
   */
  public static Preprocessing read(Path file) throws IOException {
    return PreprocessingFile.read(file);
  }

  /**
   * Starts from the defaults: no resizing (and {@link ResizeFilter#BILINEAR} should it be turned
   * on), crop 224 x 224 rounding down, RGB, divisor 1, mean 0, std 1.
   *
   * @return a new builder
   */
  public static PreprocessingBuilder builder() {
    return new PreprocessingBuilder();
  }

  /**
   * Reads what {@link #id()} wrote: from a table, say, so that others apply the same.
   *
   * @param id the text of every parameter, in the order of {@link #id()}
   * @return the preprocessing, equal to the one that wrote it
   * @throws IllegalArgumentException if it is no such text; says which parameter is wrong
   */
  public static Preprocessing parse(String id) {
    return PreprocessingId.parse(id);
  }

  /**
   * Returns a builder that starts from this preprocessing.
   *
   * @return a new builder
   */
  public PreprocessingBuilder toBuilder() {
    PreprocessingBuilder builder =
        builder()
            .withResize(resize)
            .withFilter(filter)
            .withCrop(height, width)
            .withCropRounding(cropRounding)
            .withChannels(channels)
            .withLayout(layout)
            .withDivisor(divisor);
    builder.mean = mean;
    builder.std = std;
    return builder;
  }

  /**
   * Returns this preprocessing with another size before the crop.
   *
   * @param resize the size
   * @return the changed preprocessing
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
   * @param size height and width of the crop and so of the tensor, in pixels, 1 to 65,535
   * @return the changed preprocessing
   */
  public Preprocessing withCrop(int size) {
    return withCrop(size, size);
  }

  /**
   * Returns this preprocessing with another crop.
   *
   * @param height height of the crop and so of the tensor, in pixels, 1 to 65,535
   * @param width width of the crop and so of the tensor, in pixels, 1 to 65,535
   * @return the changed preprocessing
   */
  public Preprocessing withCrop(int height, int width) {
    return toBuilder().withCrop(height, width).build();
  }

  /**
   * Returns this preprocessing with another order of the tensor's dimensions; the values stay the
   * same.
   *
   * @param layout that of the model's input; {@link Layout#NCHW} in all presets
   * @return the changed preprocessing
   */
  public Preprocessing withLayout(Layout layout) {
    return toBuilder().withLayout(layout).build();
  }

  /**
   * Returns the order of the tensor's dimensions.
   *
   * @return the layout
   */
  public Layout layout() {
    return layout;
  }

  /**
   * Returns the dimensions of an image's tensor, in the layout's order.
   *
   * @return [C, H, W], or [H, W, C] for {@link Layout#NHWC}
   */
  public List<Long> shape() {
    return layout.image(channels(), height, width);
  }

  /**
   * Whether the values are the samples themselves, whole numbers of 0 to 255, as models of uint8
   * input take them: divisor 1, mean 0, std 1.
   *
   * @return true if so
   */
  public boolean keepsSamples() {
    for (float[] table : values) {
      for (int sample = 0; sample < LEVELS; sample++) {
        if (table[sample] != sample) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Returns the number of channels of the tensor, C.
   *
   * @return 3, or 1 for {@link Channels#GRAY}
   */
  public int channels() {
    return channels.count();
  }

  /**
   * Returns the height of the tensor, H.
   *
   * @return pixels
   */
  public int height() {
    return height;
  }

  /**
   * Returns the width of the tensor, W.
   *
   * @return pixels
   */
  public int width() {
    return width;
  }

  /**
   * Returns the size to which images are brought before the crop.
   *
   * @return the size
   */
  public Resize resize() {
    return resize;
  }

  /**
   * Returns how images are resized.
   *
   * @return the filter, which does nothing where nothing is resized
   */
  public ResizeFilter filter() {
    return filter;
  }

  /**
   * Returns where the crop begins if the margin is odd.
   *
   * @return the rounding
   */
  public CropRounding cropRounding() {
    return cropRounding;
  }

  /**
   * Returns the order of the channels.
   *
   * @return RGB, BGR or gray
   */
  public Channels channelOrder() {
    return channels;
  }

  /**
   * Returns what samples are divided by first.
   *
   * @return a finite number, not 0
   */
  public float divisor() {
    return divisor;
  }

  /**
   * Returns what is subtracted then.
   *
   * @return a value a channel, in their order; unmodifiable
   */
  public List<Float> mean() {
    return mean;
  }

  /**
   * Returns what is divided by in the end.
   *
   * @return a value a channel, in their order; unmodifiable
   */
  public List<Float> std() {
    return std;
  }

  /**
   * Reads a preprocessing that somebody names.
   *
   * @param named the {@linkplain #id() text}; null if there is none
   * @return empty if there is none, or it is none of this release
   */
  @Internal
  public static Optional<Preprocessing> named(@Nullable String named) {
    try {
      return Optional.ofNullable(named).map(Preprocessing::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Says that somebody names another preprocessing.
   *
   * @param who who does, such as {@code model 'resnet50'}
   * @param named the {@linkplain #id() text} of theirs; null if there is none
   * @return a line; empty if they name this one, or none that is known
   */
  @Internal
  public Optional<String> disagreement(String who, @Nullable String named) {
    return named(named)
        .filter(theirs -> !theirs.equals(this))
        .map(
            theirs ->
                "Expected the preprocessing that %s names, %s, found %s"
                    .formatted(who, theirs.id, id));
  }

  /**
   * Returns the canonical text of every parameter, such as {@code
   * resize=square:256,filter=bilinear,crop=224x224,crop-rounding=down,channels=bgr,divisor=1.0,mean=104.0/117.0/123.0,std=1.0/1.0/1.0}
   * (crop: height x width). The filter is {@code none} where nothing is resized; {@code
   * ,layout=nhwc} follows where the channels come last.
   *
   * @return the text; the same for the same values, and what {@link #parse} reads
   */
  public String id() {
    return id;
  }

  /**
   * Preprocesses an image into an array.
   *
   * @param image the image, of any type
   * @param target receives a tensor of this {@linkplain #shape() shape}, float32
   * @param offset where in {@code target} to begin
   * @throws IllegalArgumentException if {@code target} is too short, or the image, resized, is
   *     smaller than the crop
   */
  public void apply(BufferedImage image, float[] target, int offset) {
    checkCrop();
    Objects.checkFromIndexSize(offset, size(), target.length);
    apply(Pixels.of(image), target, offset);
  }

  /**
   * Preprocesses an image's pixels into an array, after {@link #checkCrop()}.
   *
   * @param image the pixels
   * @param target receives [C, H, W] float32, from {@code offset} on
   * @param offset where in {@code target} to begin
   * @throws IllegalArgumentException if the image, resized, is smaller than the crop
   */
  @Internal
  public void apply(Pixels image, float[] target, int offset) {
    crop(
        image,
        channels == Channels.GRAY
            ? (y, samples) -> luma(samples, target, offset + y * width)
            : layout == Layout.NHWC
                ? (y, samples) -> interleaved(samples, target, offset + 3 * y * width)
                : (y, samples) -> colors(samples, target, offset + y * width));
  }

  /**
   * Fails unless the crop fits all resized images.
   *
   * @throws IllegalArgumentException if it does not
   */
  @Internal
  public void checkCrop() {
    if (!resize.isNone() && (resize.smallestHeight() < height || resize.smallestWidth() < width)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected a crop that fits %s, found %d x %d (width x height)",
              resize,
              width,
              height));
    }
  }

  /**
   * Returns the number of values of one image's tensor.
   *
   * @return {@code C H W}
   */
  @Internal
  public int size() {
    return channels() * height * width;
  }

  private void crop(Pixels image, RowSink target) {
    int imageWidth = resize.width(image.width, image.height);
    int imageHeight = resize.height(image.width, image.height);
    if (imageWidth < width || imageHeight < height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected an image of at least %d x %d pixels for the crop (width x height, resize"
                  + " %s), found %d x %d",
              width,
              height,
              resize,
              image.width,
              image.height));
    }
    int x = cropRounding.offset(imageWidth - width);
    int y = cropRounding.offset(imageHeight - height);
    if (imageWidth == image.width && imageHeight == image.height) {
      image.region(x, y, width, height).rows(target);
    } else {
      Resampler.Part part = new Resampler.Part(x, y, width, height);
      filter.resampler().resample(image, imageWidth, imageHeight, part, target);
    }
  }

  private void colors(int[] samples, float[] target, int offset) {
    for (int c = 0; c < 3; c++) {
      float[] table = values[c];
      int from = (channels == Channels.RGB ? c : 2 - c) * width;
      int to = offset + c * height * width;
      for (int x = 0; x < width; x++) {
        target[to + x] = table[samples[from + x]];
      }
    }
  }

  private void interleaved(int[] samples, float[] target, int offset) {
    for (int c = 0; c < 3; c++) {
      float[] table = values[c];
      int from = (channels == Channels.RGB ? c : 2 - c) * width;
      int to = offset + c;
      for (int x = 0; x < width; x++) {
        target[to + 3 * x] = table[samples[from + x]];
      }
    }
  }

  private void luma(int[] samples, float[] target, int offset) {
    for (int x = 0; x < width; x++) {
      int r = samples[x];
      int g = samples[width + x];
      int b = samples[2 * width + x];
      target[offset + x] = values[0][19595 * r + 38470 * g + 7471 * b + 32768 >> 16];
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
}
