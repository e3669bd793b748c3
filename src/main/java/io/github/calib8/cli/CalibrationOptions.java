package io.github.calib8.cli;

import io.github.calib8.calibration.CalibrationException;
import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizedModels;
import io.github.calib8.quantization.Target;
import io.github.calib8.work.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how scales are made from the calibration images. */
final class CalibrationOptions {

  private static final String ALL = "all";

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
      completionCandidates = Method.class,
      description =
          "One of ${COMPLETION-CANDIDATES}, with a number behind what ends with =."
              + " entropy=s7310: without a bound, as in the reference. Default: entropy."
              + " evaluate: all compares them.")
  private Methods methods = new Methods(List.of(CalibrationMethod.entropy()));

  /** One method, or all of them. */
  record Methods(List<CalibrationMethod> list) {}

  /** Images that the engine computes at once, or null for what fits. */
  @Nullable Integer microBatch() {
    return microBatch;
  }

  /** How thresholds are chosen: by one method, or by each of several. */
  List<CalibrationMethod> methods() {
    return methods.list();
  }

  /** Gathers statistics of these images for the model of a file. */
  CalibrationStatistics collect(
      Path file,
      OnnxModel fp32,
      Target target,
      ImageBatches images,
      UnreadableImages unreadable,
      QuantizedModels quantized,
      int threads,
      @Nullable StateFolder state,
      ProgressListener progress)
      throws IOException {
    Calibrator.Builder calibrator =
        Calibrator.builder(fp32)
            .withTarget(target)
            .withThreads(threads)
            .withUnreadableImages(unreadable)
            .withQuantizedModels(quantized)
            .withProgress(progress);
    if (microBatch != null) {
      calibrator.withMicroBatch(microBatch);
    }
    if (state != null) {
      calibrator.withCheckpoint(state.calibration(fp32.name()));
    }
    return build(calibrator, file).collect(images);
  }

  private static Calibrator build(Calibrator.Builder calibrator, Path file) {
    try {
      return calibrator.build();
    } catch (CalibrationException e) {
      throw new CalibrationException(file + ": " + e.getMessage(), e);
    }
  }

  /** Reads a calibration method. */
  static final class Method implements ITypeConverter<Methods>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Stream.concat(
              CalibrationMethod.forms().stream().map(form -> form.replaceFirst("=[A-Z]+$", "=")),
              Stream.of(ALL))
          .iterator();
    }

    @Override
    public Methods convert(String value) {
      if (value.equals(ALL)) {
        return new Methods(CalibrationMethod.all());
      }
      try {
        return new Methods(List.of(CalibrationMethod.parse(value)));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
