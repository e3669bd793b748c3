package io.github.calib8.cli;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import io.github.calib8.caffe.CaffeMean;
import io.github.calib8.engine.InputFit;
import io.github.calib8.image.Channels;
import io.github.calib8.image.Layout;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.PreprocessingBuilder;
import io.github.calib8.image.Resize;
import io.github.calib8.image.ResizeFilter;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The options that say how an image becomes a tensor. */
final class PreprocessingOptions {

  @Option(
      names = "--preprocess",
      paramLabel = "PRESET|FILE",
      converter = Preset.class,
      completionCandidates = Preset.class,
      description =
          "What the model was trained with: caffe, torchvision, timm, tensorflow, keras-caffe, or a"
              + " file that says it (timm's config.json, Hugging Face's preprocessor_config.json,"
              + " OpenVINO's .xml, a table); the options below change it. In its place: --resize"
              + " and at least one of --mean, --std and --divisor; what is not given is then"
              + " --filter bilinear, --crop 224, --channels rgb, --divisor 1, --mean 0 and --std"
              + " 1.")
  private @Nullable Start start;

  @Option(
      names = "--resize",
      paramLabel = "SIZE",
      converter = ResizeText.class,
      description = "short:256, square:256, exact:HxW or none. Default: the preset's.")
  private @Nullable Resize resize;

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      converter = FilterName.class,
      completionCandidates = FilterName.class,
      description =
          "How to resize: bilinear (OpenCV's), antialiased-bilinear or antialiased-bicubic"
              + " (Pillow's). Default: the preset's.")
  private @Nullable ResizeFilter filter;

  @Option(
      names = "--crop",
      paramLabel = "N|HxW",
      converter = CropText.class,
      description =
          "Edge, or height and width, of the center crop, in pixels. Default: the preset's, 224.")
  private @Nullable Crop crop;

  @Option(
      names = "--crop-fraction",
      paramLabel = "X",
      converter = FractionText.class,
      description =
          "The crop's share of the shorter side, above 0, up to 1, in place of --resize: the"
              + " shorter side becomes the crop's edge divided by it, rounded down.")
  private @Nullable Double cropFraction;

  @Option(
      names = "--channels",
      paramLabel = "CHANNELS",
      converter = ChannelsName.class,
      completionCandidates = ChannelsName.class,
      description = "rgb, bgr or gray. Default: the preset's.")
  private @Nullable Channels channels;

  @Option(
      names = "--divisor",
      paramLabel = "X",
      converter = ChannelValues.Number.class,
      description =
          "A value is (sample / divisor - mean) / std, for a sample of 0 to 255. Default: the"
              + " preset's.")
  private @Nullable Float divisor;

  @Option(
      names = "--mean",
      paramLabel = "X[,X,X]",
      converter = ChannelValues.Numbers.class,
      description =
          "A number, or one for each channel, in the channels' order. Default: the preset's.")
  private @Nullable ChannelValues mean;

  @Option(
      names = "--mean-file",
      paramLabel = "F.binaryproto",
      description = "Caffe's mean image, in place of --mean: the means of its channels.")
  private @Nullable Path meanFile;

  @Option(
      names = "--std",
      paramLabel = "X[,X,X]",
      converter = ChannelValues.Numbers.class,
      description =
          "A number, or one for each channel, in the channels' order. Default: the preset's.")
  private @Nullable ChannelValues std;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      converter = LayoutName.class,
      completionCandidates = LayoutName.class,
      description =
          "The order of the input's dimensions: nchw or nhwc. Default: where its shape has the"
              + " channels.")
  private @Nullable Layout layout;

  /** The files that the options name. */
  Stream<Path> inputs() {
    return Stream.of(meanFile, start == null ? null : start.file).filter(Objects::nonNull);
  }

  /**
   * Returns what the options say.
   *
   * @param spec the command that has the options
   * @throws ParameterException if they do not say enough, contradict each other, or have values
   *     that no preprocessing can have
   */
  Preprocessing preprocessing(CommandSpec spec) throws IOException {
    if (mean != null && meanFile != null) {
      throw wrongUsage(spec, "Expected either --mean or --mean-file, found both");
    }
    if (resize != null && cropFraction != null) {
      throw wrongUsage(spec, "Expected either --resize or --crop-fraction, found both");
    }
    if (start == null) {
      requireReplacement(spec);
    }
    Preprocessing before = start == null ? Preprocessing.builder().build() : start.preprocessing();
    Preprocessing reordered = channels == null ? before : reordered(spec, before, channels);
    Preprocessing changed = changed(spec, reordered);
    return meanFile == null
        ? changed
        : changed.toBuilder().withMean(Floats.toArray(CaffeMean.read(meanFile).channels())).build();
  }

  /**
   * Returns the preprocessing in the layout of a model's input.
   *
   * @param preprocessing what the options say
   * @throws BadInputException if they do not say the layout, and the shape of the input can be both
   */
  Preprocessing laidOut(Preprocessing preprocessing, OnnxModel model) {
    ValueInfo input = model.input();
    if (layout == null
        && Layout.of(input.dims(), preprocessing.channels()).isEmpty()
        && Arrays.stream(Layout.values())
            .map(preprocessing::withLayout)
            .allMatch(either -> InputFit.fits(input, either.shape()))) {
      throw new BadInputException(
          "Expected --layout nchw or nhwc, since the channels of input '%s' of model '%s' may come first or last by its shape, found none: %s"
              .formatted(input.name(), model.name(), input));
    }
    return laidOutAsFarAsKnown(preprocessing, model);
  }

  /** Likewise, as it is where nothing says the layout. */
  Preprocessing laidOutAsFarAsKnown(Preprocessing preprocessing, OnnxModel model) {
    return Optional.ofNullable(layout)
        .or(() -> Layout.of(model.input().dims(), preprocessing.channels()))
        .map(preprocessing::withLayout)
        .orElse(preprocessing);
  }

  /** All but the mean file: what is wrong with that is no fault of the command line. */
  private Preprocessing changed(CommandSpec spec, Preprocessing start) {
    PreprocessingBuilder builder = start.toBuilder();
    try {
      set(resize, builder::withResize);
      set(filter, builder::withFilter);
      set(crop, size -> builder.withCrop(size.height, size.width));
      if (cropFraction != null) {
        builder.withResize(
            fraction(spec, crop == null ? new Crop(start.height(), start.width()) : crop));
      }
      set(divisor, builder::withDivisor);
      set(mean, values -> builder.withMean(values.of(start.channels())));
      set(std, values -> builder.withStd(values.of(start.channels())));
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Resize fraction(CommandSpec spec, Crop size) {
    if (size.height != size.width) {
      throw wrongUsage(
          spec, "Expected --resize with a crop that is not square, found --crop-fraction");
    }
    return Resize.shorterSide(
        (int) Math.floor(size.height / Objects.requireNonNull(cropFraction, "cropFraction")));
  }

  private static <T> void set(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }

  /**
   * Without a preset, sizes and values must be said: images that are cropped though they should be
   * resized, or values of 0 to 255 where the model wants -1 to 1, would give figures all the same.
   */
  private void requireReplacement(CommandSpec spec) {
    boolean values = mean != null || std != null || divisor != null;
    boolean sizes = resize != null || cropFraction != null;
    if (!sizes || !values) {
      throw wrongUsage(
          spec,
          "Expected --preprocess, or in its place --resize and at least one of --mean, --std and"
              + " --divisor, found "
              + (sizes ? "--resize only" : values ? "no --resize" : "none of them"));
    }
  }

  /** With other channels. Mean and std were in the order of the old ones, so they must be given. */
  private Preprocessing reordered(CommandSpec spec, Preprocessing start, Channels order) {
    Preprocessing reordered = start.toBuilder().withChannels(order).withMean().withStd().build();
    if (reordered.equals(start.toBuilder().withMean().withStd().build())) {
      return start;
    }
    boolean needsMean = !start.equals(start.toBuilder().withMean().build());
    boolean needsStd = !start.equals(start.toBuilder().withStd().build());
    boolean lacksMean = needsMean && mean == null && meanFile == null;
    boolean lacksStd = needsStd && std == null;
    if (lacksMean || lacksStd) {
      throw wrongUsage(
          spec,
          "Expected --mean%s with --channels %s, since the preset's values are in the order of other channels, found %s"
              .formatted(
                  needsStd ? " and --std" : "",
                  order.id(),
                  !lacksMean ? "no --std" : !lacksStd ? "no --mean" : "neither"));
    }
    return reordered;
  }

  private static ParameterException wrongUsage(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Where the options start from: a preset, or a file that is read when the command runs. */
  record Start(@Nullable Preprocessing preset, @Nullable Path file) {

    Preprocessing preprocessing() throws IOException {
      return preset == null ? Preprocessing.read(Objects.requireNonNull(file, "file")) : preset;
    }
  }

  /** The size of a crop in pixels. */
  record Crop(int height, int width) {}

  /** Reads the name of a preprocessing, or of a file. */
  static final class Preset implements ITypeConverter<Start>, Iterable<String> {

    private static final Map<String, Preprocessing> PRESETS = presets();

    private static Map<String, Preprocessing> presets() {
      Map<String, Preprocessing> presets = new LinkedHashMap<>();
      presets.put("caffe", Preprocessing.caffe());
      presets.put("torchvision", Preprocessing.torchvision());
      presets.put("timm", Preprocessing.timm());
      presets.put("tensorflow", Preprocessing.tensorflow());
      presets.put("keras-caffe", Preprocessing.kerasCaffe());
      return presets;
    }

    @Override
    public Iterator<String> iterator() {
      return PRESETS.keySet().iterator();
    }

    @Override
    public Start convert(String value) {
      if (PRESETS.containsKey(value)) {
        return new Start(PRESETS.get(value), null);
      }
      Path file = Main.path(value);
      // A word alone is rather a preset misspelled.
      if (value.matches("\\w*") && !Files.exists(file)) {
        throw new TypeConversionException(
            "Expected %s or a file, found '%s'"
                .formatted(String.join(", ", PRESETS.keySet()), value));
      }
      return new Start(null, file);
    }
  }

  /** Reads a crop. */
  static final class CropText implements ITypeConverter<Crop> {

    @Override
    public Crop convert(String value) {
      if (!value.matches("[1-9][0-9]{0,8}(x[1-9][0-9]{0,8})?")) {
        throw new TypeConversionException(
            "Expected a crop of pixels, 224 or HEIGHTxWIDTH, found '" + value + "'");
      }
      String[] sides = value.split("x");
      return new Crop(Integer.parseInt(sides[0]), Integer.parseInt(sides[sides.length - 1]));
    }
  }

  /** Reads the crop's share of the shorter side. */
  static final class FractionText implements ITypeConverter<Double> {

    @Override
    public Double convert(String value) {
      Double fraction = Doubles.tryParse(value);
      if (fraction == null || !(fraction > 0 && fraction <= 1)) {
        throw new TypeConversionException(
            "Expected a number above 0, up to 1, found '" + value + "'");
      }
      return fraction;
    }
  }

  /** Reads a size. */
  static final class ResizeText implements ITypeConverter<Resize> {

    @Override
    public Resize convert(String value) {
      try {
        return Resize.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads the name of a filter. */
  static final class FilterName implements ITypeConverter<ResizeFilter>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(ResizeFilter.values()).map(ResizeFilter::id).iterator();
    }

    @Override
    public ResizeFilter convert(String value) {
      return Choice.named(value, ResizeFilter.values(), ResizeFilter::id);
    }
  }

  /** Reads the layout. */
  static final class LayoutName implements ITypeConverter<Layout>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Layout.values()).map(Layout::id).iterator();
    }

    @Override
    public Layout convert(String value) {
      return Choice.named(value, Layout.values(), Layout::id);
    }
  }

  /** Reads the channels. */
  static final class ChannelsName implements ITypeConverter<Channels>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Channels.values()).map(Channels::id).iterator();
    }

    @Override
    public Channels convert(String value) {
      return Choice.named(value, Channels.values(), Channels::id);
    }
  }
}
