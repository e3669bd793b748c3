package io.github.calib8.cli;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.work.WholeFile;
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
      "Shows a model's inputs and outputs, parameters, multiply-adds for one image, operators, how it"
          + " was quantized, and how much of it runs in integers.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  calib8 inspect resnet50.onnx",
      "  calib8 inspect resnet50.int8.onnx --json resnet50.int8.json",
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

  @Option(
      names = "--json",
      paramLabel = "OUT.json",
      description =
          "Write to this file how many parameters and multiply-adds there are, and which convolutions"
              + " and matrix products run in floating point.")
  private @Nullable Path json;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.model(model);
    files.input(caffemodel);
    files.outputs(json);
    boolean isCaffe = caffemodel != null || model.toString().endsWith(".prototxt");
    OnnxModel read = isCaffe ? ImportCaffeCommand.read(model, caffemodel) : ModelFile.read(model);
    ModelSummary summary = ModelSummary.of(read);
    summary.print(spec.commandLine().getOut());
    Outputs outputs = new Outputs();
    outputs.write(json, file -> WholeFile.write(file, summary.toJson()));
    outputs.check();
    return ExitCode.FINE;
  }
}
