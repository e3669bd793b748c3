package io.github.calib8.cli;

import io.github.calib8.scale.DynamicRanges;
import io.github.calib8.scale.RangeDifference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code calib8 table diff}: compares two tables. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    description = {
      "Prints how much larger the thresholds of B are than those of A, in per cent, then the tensors"
          + " that only one of the two has. Where both tables say what that costs, as .json ones do:"
          + " the signal-to-quantization-noise ratios and the clipped part of the signal, those whose"
          + " squared errors are furthest apart first; else the largest ratio in either direction.",
      ""
    },
    footer = {"", "Example:", "  calib8 table diff table.json trt.cache --model resnet50.onnx"})
final class TableDiffCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A", description = "The first table.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "The second table.")
  private Path second;

  @Option(
      names = "--model",
      paramLabel = "M.onnx",
      description =
          "The model: a .json table is compared with all tensors of its graph. Default: with those"
              + " that the table itself holds.")
  private @Nullable Path model;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    DynamicRanges a = ranges(first);
    DynamicRanges b = ranges(second);
    PrintWriter out = spec.commandLine().getOut();
    ErrorDifferences errors = ErrorDifferences.of(new TableFile(first), new TableFile(second));
    List<List<String>> rows = new ArrayList<>();
    rows.add(row(errors, List.of("tensor", "A", "B", "B - A in %"), ErrorDifferences.HEADER));
    for (RangeDifference difference : errors.sorted(a.diff(b))) {
      rows.add(
          row(
              errors,
              List.of(
                  difference.tensor(),
                  String.format(Locale.ROOT, "%.6g", difference.first()),
                  String.format(Locale.ROOT, "%.6g", difference.second()),
                  percent(difference)),
              errors.cells(difference.tensor())));
    }
    TextColumns.print(rows, out);
    only("A", a.without(b), out);
    only("B", b.without(a), out);
    out.flush();
    return ExitCode.FINE;
  }

  /** What is not known of any tensor takes no columns. */
  private static List<String> row(
      ErrorDifferences errors, List<String> ranges, List<String> costs) {
    return errors.areKnown() ? Stream.concat(ranges.stream(), costs.stream()).toList() : ranges;
  }

  /** A signed figure; what rounds to zero has no sign. */
  private static String percent(RangeDifference difference) {
    String text = String.format(Locale.ROOT, "%+.3f", difference.percent());
    return text.substring(1).equals("0.000") ? "0.000" : text;
  }

  private DynamicRanges ranges(Path file) throws IOException {
    TableFile table = new TableFile(file);
    return model == null ? table.ranges() : table.ranges(ModelFile.read(model));
  }

  private static void only(String which, List<String> tensors, PrintWriter out) {
    tensors.forEach(tensor -> out.println("only in " + which + ": " + tensor));
  }
}
