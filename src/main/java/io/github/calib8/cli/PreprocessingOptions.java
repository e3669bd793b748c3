package io.github.calib8.cli;

import com.google.common.primitives.Floats;
import io.github.calib8.caffe.CaffeMean;
import io.github.calib8.dataset.Preprocessing;
import io.github.calib8.dataset.Resize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how an image becomes a tensor. */
final class PreprocessingOptions {

  @Option(
      names = "--preprocess",
      required = true,
      paramLabel = "PRESET",
      converter = Preset.class,
      completionCandidates = Preset.class,
      description = "What the model was trained with: caffe or torchvision.")
  private Preprocessing preset;

  @Option(
      names = "--resize",
      paramLabel = "SIZE",
      converter = ResizeText.class,
      description = "short:256, square:256 or none. Default: the preset's.")
  private @Nullable Resize resize;

  @Option(
      names = "--crop",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description = "Edge of the center crop, in pixels. Default: the preset's, 224.")
  private @Nullable Integer crop;

  @Option(
      names = "--mean-file",
      paramLabel = "F.binaryproto",
      description = "Caffe's mean image: its channels' means replace the preset's.")
  private @Nullable Path meanFile;

  /** The files that the options name. */
  Stream<Path> inputs() {
    return Stream.of(meanFile).filter(Objects::nonNull);
  }

  Preprocessing preprocessing() throws IOException {
    Preprocessing resized = resize == null ? preset : preset.withResize(resize);
    Preprocessing cropped = crop == null ? resized : resized.withCrop(crop);
    return meanFile == null
        ? cropped
        : cropped.toBuilder().withMean(Floats.toArray(CaffeMean.read(meanFile).channels())).build();
  }

  /** Reads the name of a preprocessing. */
  static final class Preset implements ITypeConverter<Preprocessing>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return List.of("caffe", "torchvision").iterator();
    }

    @Override
    public Preprocessing convert(String value) {
      return switch (value) {
        case "caffe" -> Preprocessing.caffe();
        case "torchvision" -> Preprocessing.torchvision();
        default ->
            throw new TypeConversionException(
                "Expected caffe or torchvision, found '" + value + "'");
      };
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
}
