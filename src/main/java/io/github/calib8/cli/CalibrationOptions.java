package io.github.calib8.cli;

import io.github.calib8.calibration.CalibrationException;
import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.Preprocessing;
import io.github.calib8.dataset.ProgressListener;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say how scales are made from the calibration images. */
final class CalibrationOptions {

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
      description = "entropy, max-abs, mse or percentile=P. Default: entropy.")
  private CalibrationMethod method = CalibrationMethod.entropy();

  /** Images that the engine computes at once, or null for what fits. */
  @Nullable Integer microBatch() {
    return microBatch;
  }

  /** How thresholds are chosen. */
  CalibrationMethod method() {
    return method;
  }

  /** Gathers statistics of these images for the model of a file. */
  CalibrationStatistics collect(
      Path file,
      OnnxModel fp32,
      Target target,
      Preprocessing preprocessing,
      ImageBatches images,
      UnreadableImages unreadable,
      int threads,
      @Nullable StateFolder state,
      ProgressListener progress)
      throws IOException {
    Calibrator.Builder calibrator =
        Calibrator.builder(fp32, preprocessing)
            .withTarget(target)
            .withThreads(threads)
            .withUnreadableImages(unreadable)
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
  static final class Method implements ITypeConverter<CalibrationMethod>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return List.of("entropy", "max-abs", "mse", "percentile=").iterator();
    }

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
