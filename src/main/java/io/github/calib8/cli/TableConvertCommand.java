package io.github.calib8.cli;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.DynamicRanges;
import io.github.calib8.scale.TensorRtCache;
import io.github.calib8.scale.TensorRtHeader;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code calib8 table convert}: writes a table in another format. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Writes a table in another format. What a .json table does not say in a file of another"
          + " format (model, images, method) goes to a file beside it, FILE.provenance.json.",
      ""
    },
    footer = {"", "Example:", "  calib8 table convert table.json trt.cache --model resnet50.onnx"})
final class TableConvertCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN", description = "The table.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  private Path out;

  @Option(
      names = "--model",
      paramLabel = "M.onnx",
      description =
          "The model, which has the names of all tensors: needed to convert from .json and to it.")
  private @Nullable Path model;

  @Option(
      names = "--header",
      paramLabel = "TRT-V-A",
      converter = TensorRtHeaderText.class,
      description =
          "The cache's header. Default: that of IN if it is a cache, else"
              + " TRT-8601-EntropyCalibration2.")
  private @Nullable TensorRtHeader header;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    TableFile from = new TableFile(in);
    TableFile to = new TableFile(out);
    boolean isOurs = from.format() == TableFile.Format.CALIB8;
    boolean becomesOurs = to.format() == TableFile.Format.CALIB8;
    if (model == null && (isOurs || becomesOurs)) {
      throw new ParameterException(
          spec.commandLine(),
          "Expected --model, which has the names of all tensors, to convert from or to .json");
    }
    Path sidecar = isOurs && !becomesOurs ? sidecar() : null;
    DistinctFiles files = new DistinctFiles(spec);
    files.input(in);
    files.input(model);
    files.outputs(out, sidecar);
    if (becomesOurs) {
      from.table(read(model)).write(out);
      return ExitCode.FINE;
    }
    DynamicRanges ranges = isOurs ? from.ranges(read(model)) : from.ranges();
    if (to.format() == TableFile.Format.FLATBUFFERS) {
      ranges.write(out);
    } else {
      TensorRtCache.of(header(from), ranges).write(out);
    }
    if (sidecar != null) {
      CalibrationTable table = CalibrationTable.read(in);
      WholeFile.write(sidecar, table.provenance().toJson());
      tellAsymmetric(table);
    }
    return ExitCode.FINE;
  }

  /** Other formats have no zero points. */
  private void tellAsymmetric(CalibrationTable table) {
    long asymmetric =
        table.tensors().stream().filter(entry -> entry.parameters().isAsymmetric()).count();
    if (asymmetric > 0) {
      spec.commandLine()
          .getErr()
          .println(
              "%s: %s of %s tensors have a range with zero in between; %s has the larger magnitude of its two ends, as a symmetric range"
                  .formatted(in, asymmetric, table.tensors().size(), out));
    }
  }

  private Path sidecar() {
    return out.resolveSibling(out.getFileName() + ".provenance.json");
  }

  private TensorRtHeader header(TableFile from) throws IOException {
    if (header != null) {
      return header;
    }
    return from.format() == TableFile.Format.CACHE
        ? TensorRtCache.read(in).header()
        : TensorRtHeader.DEFAULT;
  }

  private static OnnxModel read(@Nullable Path model) throws IOException {
    return ModelFile.read(Objects.requireNonNull(model));
  }
}
