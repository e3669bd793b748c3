package io.github.calib8.cli;

import io.github.calib8.networks.Architecture;
import io.github.calib8.work.Internal;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command {@code calib8}: without a subcommand, the embedded run.
 *
 * <p>Exit codes: 0 fine, 1 the loss is above {@code --fail-above} or a self-test differs, 2 wrong
 * usage, 3 bad input, 4 a fault of the program, 130 interrupted. For one thread.
 */
@Command(
    name = "calib8",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Calibrates, quantizes to INT8 and compares image classifiers.",
      "",
      "Without a command: calibrates the embedded small networks on the first 1,250 embedded"
          + " images, quantizes them, and compares FP32 and INT8 on others. These figures are not"
          + " ImageNet's: the networks are narrow ones, trained on drawn images.",
      ""
    },
    customSynopsis = "calib8 [OPTIONS] [COMMAND]",
    footer = {
      "",
      "Examples:",
      "  calib8",
      "  calib8 --networks googlenet,resnet50 --json accuracy.json --fail-above 0.2"
    })
@Internal
public final class Main implements Callable<Integer> {

  /** No downloads, no telemetry and no window: for a bare {@code java -jar}. */
  private static final Map<String, String> QUIET =
      Map.of("ai.djl.offline", "true", "OPT_OUT_TRACKING", "true", "java.awt.headless", "true");

  private static final List<Class<?>> COMMANDS =
      List.of(
          EvaluateCommand.class,
          QuantizeCommand.class,
          BenchmarkCommand.class,
          DoctorCommand.class,
          SelfTestCommand.class,
          ReportCommand.class,
          ImportCaffeCommand.class,
          InspectCommand.class,
          TableCommand.class,
          CompletionCommand.class);

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
      completionCandidates = NetworkName.class,
      description = "Only these networks. Default: all eleven.")
  private List<Architecture> networks = List.of(Architecture.values());

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = PositiveNumber.class,
      defaultValue = "5000",
      description =
          "Measure by the first N images after those that calibrate, of 20,425. Default:"
              + " ${DEFAULT-VALUE}.")
  private int measured;

  @Mixin private DeviceOptions device;

  @Mixin private ReportOptions reports;

  @Mixin private LossLimit limit;

  @ArgGroup(exclusive = false)
  private @Nullable ResumeOptions resume;

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
    TemporaryFolder.sweep();
    int code = Interruption.guard(() -> commandLine(args).execute(args));
    if (code != ExitCode.FINE) {
      System.exit(code);
    }
  }

  /**
   * The parser of a command line, printing to the standard streams. It knows all commands unless
   * the first argument names one, or asks for the version: to know one takes a while.
   */
  static CommandLine commandLine(String... args) {
    ErrorLines errors = new ErrorLines();
    CommandLine line = new CommandLine(new Main());
    commands(args).forEach(line::addSubcommand);
    line.registerConverter(Path.class, Main::path)
        .registerConverter(ImagePlace.class, text -> ImagePlace.of(text, Main::path))
        .setColorScheme(Help.defaultColorScheme(Terminal.OUT.colors()))
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors)
        .setExecutionStrategy(errors);
    tellExitCodes(line);
    return line;
  }

  private static List<Class<?>> commands(String... args) {
    String first = args.length == 0 ? "" : args[0];
    if (args.length == 1 && (first.equals("--version") || first.equals("-V"))) {
      return List.of();
    }
    List<Class<?>> named =
        COMMANDS.stream()
            .filter(command -> command.getAnnotation(Command.class).name().equals(first))
            .toList();
    return named.isEmpty() || named.contains(CompletionCommand.class) ? COMMANDS : named;
  }

  /** A file that somebody names. */
  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          "Expected a file's name in the encoding of the system, %s, found '%s'; start with LC_ALL=C.UTF-8"
              .formatted(System.getProperty("sun.jnu.encoding"), text));
    }
  }

  /** Ends the help of a command and of those below it. */
  private static void tellExitCodes(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String limit = "";
    if (spec.findOption(LossLimit.FAIL_ABOVE) != null) {
      limit = " 1 beyond " + LossLimit.FAIL_ABOVE + " or " + LossLimit.FP32_AT_LEAST + ",";
    } else if (spec.name().equals(SelfTestCommand.NAME)) {
      limit = " 1 a check differs,";
    }
    List<String> footer = new ArrayList<>(List.of(spec.usageMessage().footer()));
    footer.add("");
    footer.add(
        "Exit codes: 0 fine,"
            + limit
            + " 2 wrong usage, 3 bad input, 4 a fault of the program, 130 interrupted.");
    spec.usageMessage().footer(footer.toArray(String[]::new));
    command.getSubcommands().values().forEach(Main::tellExitCodes);
  }

  /** A display on standard error. */
  static ConsoleProgress progress(CommandSpec spec) {
    OptionalInt columns =
        Terminal.ERR.isInteractive()
            ? OptionalInt.of(spec.usageMessage().width())
            : OptionalInt.empty();
    return new ConsoleProgress(spec.commandLine().getErr(), columns, System::nanoTime);
  }

  @Override
  public Integer call() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.inputs(EmbeddedData.inputs(data));
    files.outputs(reports.outputs());
    try (StateFolder state = ResumeOptions.open(resume)) {
      return run(state, new Outputs());
    }
  }

  private int run(@Nullable StateFolder state, Outputs outputs) throws IOException {
    AccuracyResults results;
    try (EmbeddedData embedded = EmbeddedData.open(data, networks)) {
      results =
          new EmbeddedRun(
                  embedded.folder(), networks, common.threads(), device.devices(), state, measured)
              .run(progress(spec)::of);
      results.publish(
          reports,
          outputs,
          "Small networks on drawn images: these figures are not ImageNet's.",
          spec.commandLine().getOut());
    }
    int code = limit.check(results.reports(), spec.commandLine());
    outputs.check();
    return code;
  }

  /** Reads a network's name. */
  static final class NetworkName implements ITypeConverter<Architecture>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Architecture.values()).map(Architecture::id).iterator();
    }

    @Override
    public Architecture convert(String value) {
      return Choice.named(value, Architecture.values(), Architecture::id);
    }
  }
}
