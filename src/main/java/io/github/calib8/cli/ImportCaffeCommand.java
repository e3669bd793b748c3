package io.github.calib8.cli;

import io.github.calib8.caffe.CaffeImporter;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code calib8 import-caffe}: makes an ONNX model of Caffe's files. */
@Command(
    name = "import-caffe",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {"Makes an ONNX model of a Caffe classifier.", ""},
    footer = {
      "",
      "Example:",
      "  calib8 import-caffe --prototxt deploy.prototxt \\",
      "    --caffemodel net.caffemodel --out net.onnx"
    })
final class ImportCaffeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--prototxt",
      required = true,
      paramLabel = "F",
      description = "The deploy file, of either generation.")
  private Path prototxt;

  @Option(
      names = "--caffemodel",
      paramLabel = "F",
      description = "The weights. Default: random ones, for benchmarks.")
  private @Nullable Path caffemodel;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "M.onnx",
      description = "Write the model to this file.")
  private Path out;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.input(prototxt);
    files.input(caffemodel);
    files.outputs(out);
    OnnxModel model = read(prototxt, caffemodel);
    model.write(out);
    ModelSummary.of(model).print(spec.commandLine().getOut());
    return ExitCode.FINE;
  }

  static OnnxModel read(Path prototxt, @Nullable Path caffemodel) throws IOException {
    return caffemodel == null
        ? CaffeImporter.read(prototxt)
        : CaffeImporter.read(prototxt, caffemodel);
  }
}
