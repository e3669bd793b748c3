package io.github.calib8.cli;

import io.github.calib8.networks.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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

  /** No downloads, no telemetry and no window: for a bare {@code java -jar}. */
  private static final Map<String, String> QUIET =
      Map.of("ai.djl.offline", "true", "OPT_OUT_TRACKING", "true", "java.awt.headless", "true");

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder of the embedded data. Default: ${DEFAULT-VALUE}, or what the self-contained file"
              + " holds.")
  private Path data = EmbeddedData.DEFAULT;

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
    QUIET.forEach(
        (property, value) -> {
          if (System.getProperty(property) == null) {
            System.setProperty(property, value);
          }
        });
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
    try (EmbeddedData embedded = EmbeddedData.open(data, networks)) {
      new EmbeddedRun(embedded.folder(), networks, common.threads(), device.devices())
          .run(progress(spec)::of)
          .publish(
              reports,
              "Small networks on drawn images: these figures are not ImageNet's.",
              spec.commandLine().getOut());
    }
    return ExitCode.FINE;
  }

  /** Reads a network's name. */
  static final class NetworkName implements ITypeConverter<Architecture> {

    @Override
    public Architecture convert(String value) {
      return Arrays.stream(Architecture.values())
          .filter(network -> network.id().equals(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "Expected one of "
                          + Arrays.stream(Architecture.values())
                              .map(Architecture::id)
                              .collect(Collectors.joining(", "))
                          + ", found '"
                          + value
                          + "'"));
    }
  }
}
