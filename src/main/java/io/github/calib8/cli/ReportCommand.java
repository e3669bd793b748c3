package io.github.calib8.cli;

import io.github.calib8.report.ComparisonReport;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code calib8 report}: shows runs side by side. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Shows runs side by side: what evaluate --json wrote of each, as a table and, if asked for,"
          + " as a page.",
      ""
    },
    footer = {"", "Example:", "  calib8 report entropy.json mse.json --html comparison.html"})
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN.json", arity = "1..*", description = "What evaluate --json wrote.")
  private List<Path> runs;

  @Option(
      names = "--html",
      paramLabel = "OUT.html",
      description = "Write a page to this file, with plots; it needs no other file.")
  private @Nullable Path html;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.inputs(runs.stream());
    files.outputs(html);
    Map<String, String> texts = new LinkedHashMap<>();
    for (Path run : runs) {
      if (texts.put(run.toString(), text(run)) != null) {
        throw new BadInputException(run + ": expected each file once, found it twice");
      }
    }
    ComparisonReport report = ComparisonReport.of(texts);
    spec.commandLine().getOut().print(report.toMarkdown());
    spec.commandLine().getOut().flush();
    Outputs outputs = new Outputs();
    outputs.write(html, file -> WholeFile.write(file, report.toHtml()));
    outputs.check();
    return ExitCode.FINE;
  }

  private static String text(Path run) throws IOException {
    try {
      return Files.readString(run);
    } catch (CharacterCodingException e) {
      throw new BadInputException(
          run + ": expected what evaluate --json writes, found no UTF-8 text");
    }
  }
}
