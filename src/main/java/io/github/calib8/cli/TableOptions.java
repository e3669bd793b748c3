package io.github.calib8.cli;

import io.github.calib8.calibration.ModelRanges;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.TensorRtCache;
import io.github.calib8.scale.TensorRtHeader;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that name a calibration table: one to write, or one to use. */
final class TableOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--table",
      paramLabel = "T",
      description =
          "OUT.json: write the calibration table to this file. A name that ends otherwise"
              + " (trt.cache, calibration.flatbuffers): the same as --use-table.")
  private @Nullable Path table;

  @Option(
      names = "--use-table",
      paramLabel = "T",
      description =
          "Use the scales of this table instead of calibrating: Calib8's own (.json), ONNX"
              + " Runtime's (.flatbuffers), or a TensorRT cache (any other name). With --target"
              + " tensorrt each scale is TensorRT's, T/127; else it is T/255 where nothing can be"
              + " negative. The images that would calibrate are left out all the same.")
  private @Nullable Path used;

  @Option(
      names = "--cache",
      paramLabel = "OUT.cache",
      description =
          "Write the scales to this TensorRT calibration cache as well, one for each tensor of the"
              + " model's file that TensorRT asks for.")
  private @Nullable Path cache;

  @Option(
      names = "--cache-header",
      paramLabel = "TRT-V-A",
      converter = TensorRtHeaderText.class,
      description =
          "The cache's first line, without which TensorRT of that version ignores it, such as"
              + " TRT-100600-EntropyCalibration2. Default: TRT-8601-EntropyCalibration2.")
  private TensorRtHeader header = TensorRtHeader.DEFAULT;

  /** The calibration cache to write, if any. */
  @Nullable Path cache() {
    return cache;
  }

  /** The table to write, if any. */
  @Nullable Path output() {
    return isWritten() ? table : null;
  }

  /**
   * The table to use, if any.
   *
   * @throws ParameterException if there are two
   */
  @Nullable Path input() {
    boolean namedByTable = table != null && !isWritten();
    if (namedByTable && used != null) {
      throw new ParameterException(
          spec.commandLine(),
          "Expected one table to use, found two: '%s' and '%s'".formatted(used, table));
    }
    return namedByTable ? table : used;
  }

  private boolean isWritten() {
    return table != null && new TableFile(table).format() == TableFile.Format.CALIB8;
  }

  /**
   * Reads the scales for a model or makes them, and writes them if that is asked for.
   *
   * @param outputs what files are written with
   * @param calibration makes the table
   */
  CalibrationTable table(OnnxModel model, Outputs outputs, Calibration calibration)
      throws IOException {
    Path input = input();
    CalibrationTable scales =
        input == null ? calibration.calibrate() : new TableFile(input).table(model);
    outputs.write(output(), scales::write);
    outputs.write(
        cache, file -> TensorRtCache.of(header, ModelRanges.of(model).expand(scales)).write(file));
    return scales;
  }

  /** Makes a table. */
  interface Calibration {
    CalibrationTable calibrate() throws IOException;
  }
}
