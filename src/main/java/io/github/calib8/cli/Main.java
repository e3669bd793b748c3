package io.github.calib8.cli;

import io.github.calib8.networks.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command {@code calib8}: without a subcommand, the embedded run.
 *
 * <p>Exit codes: 0 fine, 2 wrong usage, 3 bad input, 4 a fault of the program. For one thread.
 */
@Command(
    name = "calib8",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      EvaluateCommand.class,
      QuantizeCommand.class,
      BenchmarkCommand.class,
      ImportCaffeCommand.class,
      InspectCommand.class,
      TableCommand.class
    },
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Calibrates, quantizes to INT8 and compares image classifiers.",
      "",
      "Without a command: calibrates the embedded small networks on the first 1,250 embedded images,"
          + " quantizes them, and compares FP32 and INT8 on all the others. These figures are not"
          + " ImageNet's: the networks are narrow ones, trained on drawn images.",
      ""
    },
    footer = {
      "",
      "Example: calib8 --networks googlenet,resnet50 --json accuracy.json",
      "Exit codes: 0 fine, 2 wrong usage, 3 bad input, 4 a fault of the program."
    })
public final class Main implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of the embedded data. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("calibration-data");

  @Option(
      names = "--networks",
      paramLabel = "NAME",
      split = ",",
      converter = NetworkName.class,
      description = "Only these networks. Default: all seven.")
  private List<Architecture> networks = List.of(Architecture.values());

  @Mixin private DeviceOptions device;
  @Mixin private ReportOptions reports;

  @Mixin private CommonOptions common;

  private Main() {}

  /**
   * Runs a command and ends the process, unless all went well: then the process may go on, as it
   * does within a build tool.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    int code = commandLine().execute(args);
    if (code != ExitCode.FINE) {
      System.exit(code);
    }
  }

  /** The parser of the whole command line, printing to the standard streams. */
  static CommandLine commandLine() {
    ErrorLines errors = new ErrorLines();
    return new CommandLine(new Main())
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }

  /** A display on standard error. */
  static ConsoleProgress progress(CommandSpec spec) {
    boolean terminal = CommandLine.Help.Ansi.AUTO.enabled();
    return new ConsoleProgress(spec.commandLine().getErr(), terminal, System::nanoTime);
  }

  @Override
  public Integer call() throws IOException {
    new DistinctFiles(spec).outputs(reports.outputs());
    if (!Files.isDirectory(data)) {
      throw new BadInputException(
          "Expected the folder of the embedded data, found none at '%s'; --data says where it is"
              .formatted(data));
    }
    new EmbeddedRun(data, networks, common.threads(), device.devices())
        .run(progress(spec)::of)
        .publish(
            reports,
            "Small networks on drawn images: these figures are not ImageNet's.",
            spec.commandLine().getOut());
    return ExitCode.FINE;
  }

  /** Reads a network's name. */
  static final class NetworkName implements ITypeConverter<Architecture> {

    @Override
    public Architecture convert(String value) {
      return Choice.named(value, Architecture.values(), Architecture::id);
    }
  }
}
