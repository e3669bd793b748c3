package io.github.calib8.cli;

import com.google.common.primitives.Floats;
import io.github.calib8.caffe.CaffeMean;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.Preprocessing;
import io.github.calib8.dataset.ProgressListener;
import io.github.calib8.dataset.Resize;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.files.WholeFile;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code calib8 evaluate}: calibrates, quantizes and compares a user's classifier. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Calibrates an FP32 ONNX classifier on the first batches of a labeled set of images, quantizes"
          + " it to INT8, and compares both on all other images.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  calib8 evaluate --model googlenet.onnx --preprocess caffe \\",
      "    --images ILSVRC2012_img_val.tar --labels val.txt --int8 googlenet.int8.onnx",
      "",
      "Exit codes: 0 fine, 2 wrong usage, 3 bad input, 4 a fault of the program."
    })
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "M.onnx",
      description = "The FP32 model: one float32 input [N,C,H,W], one output [N,classes].")
  private Path model;

  @Mixin private ImageOptions images;

  @Option(
      names = "--preprocess",
      required = true,
      paramLabel = "PRESET",
      converter = Preset.class,
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

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description = "Images that the engine computes at once. Default: what fits.")
  private @Nullable Integer microBatch;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      converter = Method.class,
      description = "entropy, max-abs, mse or percentile=P. Default: entropy.")
  private CalibrationMethod method = CalibrationMethod.entropy();

  @Option(
      names = "--int8",
      paramLabel = "OUT.onnx",
      description = "Write the INT8 model to this file.")
  private @Nullable Path int8;

  @Option(
      names = "--table",
      paramLabel = "OUT.json",
      description = "Write the calibration table to this file.")
  private @Nullable Path table;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    Preprocessing preprocessing = preprocessing();
    for (Path output : outputs()) {
      WholeFile.requireWritable(output);
    }
    OnnxModel fp32 = OnnxModel.read(model);
    ImageBatches batches = images.batches();
    // Calibration runs a part of the model: what the engine refuses in the rest must not come to
    // light only after it.
    InferenceSession.open(fp32, EngineOptions.defaults()).close();
    ProgressListener progress = Main.progress(spec).of(fp32.name());
    CalibrationTable scales = calibrate(fp32, preprocessing, batches, progress);
    if (table != null) {
      scales.write(table);
    }
    OnnxModel quantized = Quantizer.forCpu().quantize(fp32, scales);
    if (int8 != null) {
      quantized.write(int8);
    }
    Evaluator.Builder evaluator =
        Evaluator.builder(preprocessing)
            .withThreads(common.threads())
            .withUnreadableImages(images.unreadableImages())
            .withProgress(progress);
    if (microBatch != null) {
      evaluator.withMicroBatch(microBatch);
    }
    AccuracyReport report =
        evaluator.build().compare(fp32, quantized, batches.skip(images.calibrationBatches()));
    common.publish(List.of(report), spec.commandLine().getOut());
    return ExitCode.FINE;
  }

  private Preprocessing preprocessing() throws IOException {
    Preprocessing resized = resize == null ? preset : preset.withResize(resize);
    Preprocessing cropped = crop == null ? resized : resized.withCrop(crop);
    return meanFile == null
        ? cropped
        : cropped.toBuilder().withMean(Floats.toArray(CaffeMean.read(meanFile).channels())).build();
  }

  /** All files to be written; no two of them the same, and none of them an input. */
  private List<Path> outputs() {
    Set<Path> taken = new HashSet<>();
    Stream.concat(Stream.of(model, meanFile), images.inputs())
        .filter(Objects::nonNull)
        .map(EvaluateCommand::canonical)
        .forEach(taken::add);
    List<Path> outputs = Stream.of(int8, table, common.json()).filter(Objects::nonNull).toList();
    for (Path output : outputs) {
      if (!taken.add(canonical(output))) {
        throw new ParameterException(
            spec.commandLine(),
            "Expected another name for each file, found '" + output + "' twice");
      }
    }
    return outputs;
  }

  private static Path canonical(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private CalibrationTable calibrate(
      OnnxModel fp32,
      Preprocessing preprocessing,
      ImageBatches batches,
      ProgressListener progress) {
    Calibrator.Builder calibrator =
        Calibrator.builder(fp32, preprocessing)
            .withMethod(method)
            .withThreads(common.threads())
            .withUnreadableImages(images.unreadableImages())
            .withProgress(progress);
    if (microBatch != null) {
      calibrator.withMicroBatch(microBatch);
    }
    return calibrator.build().calibrate(batches.first(images.calibrationBatches()));
  }

  /** Reads the name of a preprocessing. */
  static final class Preset implements ITypeConverter<Preprocessing> {

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

  /** Reads a calibration method. */
  static final class Method implements ITypeConverter<CalibrationMethod> {

    @Override
    public CalibrationMethod convert(String value) {
      try {
        return CalibrationMethod.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
