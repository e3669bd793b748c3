package io.github.calib8.cli;

import io.github.calib8.report.FindingText;
import io.github.calib8.report.RangeText;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.DynamicRange;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.scale.TensorRtCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code calib8 table show}: prints a table. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    description = {"Prints each tensor's threshold and scale.", ""},
    footer = {"", "Example:", "  calib8 table show table.json"})
final class TableShowCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The table.")
  private Path file;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    TableFile table = new TableFile(file);
    if (table.format() == TableFile.Format.CALIB8) {
      show(CalibrationTable.read(file), out);
      return ExitCode.FINE;
    }
    if (table.format() == TableFile.Format.CACHE) {
      TensorRtCache cache = TensorRtCache.read(file);
      out.println("TensorRT " + cache.header().release() + ", " + cache.header().algorithm());
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("tensor", "threshold", "scale T/127"));
    for (DynamicRange range : table.ranges().ranges()) {
      rows.add(List.of(range.tensor(), figure(range.threshold()), figure(range.scale())));
    }
    TextColumns.print(rows, out);
    return ExitCode.FINE;
  }

  private static void show(CalibrationTable table, PrintWriter out) {
    Provenance provenance = table.provenance();
    out.println(
        "%s, %s, %s images, %s, %s"
            .formatted(
                provenance.model(),
                table.method(),
                provenance.images().size(),
                provenance.engine(),
                provenance.instructionSet().displayName()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "tensor",
            "threshold",
            "scale",
            "type",
            "min",
            "max",
            "clipped %",
            "halves differ %",
            "SQNR dB",
            "error / least"));
    for (TensorCalibration entry : table.tensors()) {
      rows.add(
          List.of(
              entry.tensor(),
              RangeText.limits(entry, TableShowCommand::figure),
              figure(entry.parameters().scale()),
              RangeText.type(entry),
              figure(entry.min()),
              figure(entry.max()),
              figure(100 * entry.clippedFraction()),
              entry.halfSetDifference().isPresent()
                  ? figure(100 * entry.halfSetDifference().getAsDouble())
                  : "-",
              entry.error().map(error -> figure(error.sqnr())).orElse("-"),
              entry.error().map(error -> figure(error.excess())).orElse("-")));
    }
    TextColumns.print(rows, out);
    FindingText.suspects(table).ifPresent(out::println);
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }
}
