package io.github.calib8.cli;

import io.github.calib8.calibration.ModelRanges;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.DynamicRanges;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code calib8 table validate}: checks a table. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    description = {
      "Checks that a file is a table, and that it has a range for each tensor that a model"
          + " quantizes.",
      ""
    },
    footer = {"", "Example:", "  calib8 table validate trt.cache --model resnet50.onnx"})
final class TableValidateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The table.")
  private Path file;

  @Option(names = "--model", paramLabel = "M.onnx", description = "The model that it is to fit.")
  private @Nullable Path model;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    TableFile table = new TableFile(file);
    PrintWriter out = spec.commandLine().getOut();
    if (model == null) {
      out.println(file + ": " + table.ranges().ranges().size() + " tensors");
    } else {
      OnnxModel fp32 = ModelFile.read(model);
      DynamicRanges ranges = table.ranges(fp32);
      List<String> missing = ModelRanges.of(fp32).missing(ranges);
      if (!missing.isEmpty()) {
        throw new BadInputException(
            "Expected a range for each tensor that model '%s' quantizes, found none in %s for %s"
                .formatted(fp32.name(), file, missing));
      }
      out.println(
          "%s: %s tensors, all that model '%s' quantizes"
              .formatted(file, ranges.ranges().size(), fp32.name()));
    }
    out.flush();
    return ExitCode.FINE;
  }
}
