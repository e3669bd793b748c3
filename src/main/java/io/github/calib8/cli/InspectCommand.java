package io.github.calib8.cli;

import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code calib8 inspect}: says how large a model is, and what it is made of. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Shows a model's inputs and outputs, parameters, multiply-adds for one image, operators, and how"
          + " it was quantized.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  calib8 inspect resnet50.onnx",
      "  calib8 inspect deploy.prototxt"
    })
final class InspectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description = "An ONNX model, or a Caffe deploy file (.prototxt).")
  private Path model;

  @Option(
      names = "--caffemodel",
      paramLabel = "F",
      description = "The deploy file's weights. Default: random ones.")
  private @Nullable Path caffemodel;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    boolean isCaffe = caffemodel != null || model.toString().endsWith(".prototxt");
    OnnxModel read = isCaffe ? ImportCaffeCommand.read(model, caffemodel) : ModelFile.read(model);
    ModelSummary.of(read).print(spec.commandLine().getOut());
    return ExitCode.FINE;
  }
}
