package io.github.calib8.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code calib8 table}: works on calibration tables, ours and those of other programs. */
@Command(
    name = "table",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      TableShowCommand.class,
      TableConvertCommand.class,
      TableDiffCommand.class,
      TableRetargetCommand.class,
      TableValidateCommand.class
    },
    usageHelpAutoWidth = true,
    description = {
      "Works on calibration tables. A file's name says its format: .json is Calib8's own,"
          + " .flatbuffers that of ONNX Runtime's TensorRT provider, any other one a TensorRT"
          + " calibration cache.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  calib8 table show table.json",
      "  calib8 table convert table.json trt.cache --model resnet50.onnx"
    })
final class TableCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "Expected one of " + String.join(", ", spec.subcommands().keySet()) + ", found none");
  }
}
