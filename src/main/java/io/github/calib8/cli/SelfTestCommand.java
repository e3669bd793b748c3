package io.github.calib8.cli;

import io.github.calib8.engine.Environment;
import io.github.calib8.report.Check;
import io.github.calib8.report.ChecksJson;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code calib8 selftest}: says whether this machine computes what others do. */
@Command(
    name = SelfTestCommand.NAME,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Says what this machine is, which of the engine's providers run, and whether it calibrates,"
          + " quantizes and computes an embedded network as others do: 50 images calibrate, 100"
          + " measure, on the processor.",
      ""
    },
    footer = {"", "Examples:", "  calib8 selftest", "  calib8 selftest --json selftest.json"})
final class SelfTestCommand implements Callable<Integer> {

  static final String NAME = "selftest";

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder of the embedded data. Default: ${DEFAULT-VALUE}, or what the self-contained file"
              + " holds.")
  private Path data = EmbeddedData.DEFAULT;

  @Option(
      names = "--json",
      paramLabel = "OUT.json",
      description = "Write what was found to this file, too.")
  private @Nullable Path json;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.inputs(EmbeddedData.inputs(data));
    files.outputs(json);
    try (EmbeddedData embedded = EmbeddedData.open(data, SelfTestRun.networks())) {
      SelfTestRun run =
          SelfTestRun.of(
              embedded.folder(),
              common.threads(),
              Main.progress(spec).of(SelfTestRun.NETWORK.displayName()));
      return tell(run, SelfTestRun.providers(embedded.folder()), SelfTestExpected.read());
    }
  }

  /** Prints and writes what was found, and returns the exit code. */
  int tell(SelfTestRun run, Map<String, String> providers, SelfTestExpected expected)
      throws IOException {
    Environment environment = run.report().environment();
    List<Check> checks = expected.compare(run);
    List<String> notes = expected.notes(run);
    PrintWriter out = spec.commandLine().getOut();
    print(environment, providers, checks, notes, out);
    Outputs outputs = new Outputs();
    outputs.write(
        json,
        file ->
            WholeFile.write(
                file, ChecksJson.toJson(platform(), environment, providers, checks, notes)));
    outputs.check();
    List<String> failed =
        checks.stream().filter(check -> !check.passed()).map(Check::what).toList();
    failed.forEach(
        what ->
            ErrorLines.print(
                spec.commandLine(), "This machine computes otherwise than expected: " + what));
    return failed.isEmpty() ? ExitCode.FINE : ExitCode.LIMIT_BROKEN;
  }

  private static void print(
      Environment environment,
      Map<String, String> providers,
      List<Check> checks,
      List<String> notes,
      PrintWriter out) {
    out.println("Platform    " + platform());
    out.println("Measured on " + environment.describe());
    providers.forEach((provider, state) -> out.println("Provider    " + provider + ": " + state));
    out.println();
    for (Check check : checks) {
      out.println(
          String.format(
              Locale.ROOT,
              "%-7s %-11s %s (expected %s)",
              check.passed() ? "ok" : "DIFFERS",
              check.what(),
              check.found(),
              check.expected()));
    }
    notes.forEach(out::println);
    out.flush();
  }

  /** Where this runs, as Java says. */
  private static String platform() {
    return "%s %s, Java %s"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            System.getProperty("java.version"));
  }
}
