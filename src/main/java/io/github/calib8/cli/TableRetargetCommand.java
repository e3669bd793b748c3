package io.github.calib8.cli;

import io.github.calib8.scale.TensorRtCache;
import io.github.calib8.scale.TensorRtHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code calib8 table retarget}: writes a TensorRT cache for another TensorRT. */
@Command(
    name = "retarget",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    description = {
      "Writes a TensorRT cache with another header and the same scales, for a TensorRT that would"
          + " ignore the one of its predecessor.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  calib8 table retarget trt.cache new.cache \\",
      "    --header TRT-100900-EntropyCalibration2"
    })
final class TableRetargetCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN", description = "The cache.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  private Path out;

  @Option(
      names = "--header",
      required = true,
      paramLabel = "TRT-V-A",
      converter = TensorRtHeaderText.class,
      description =
          "The new header. The version is 8601 for TensorRT 8.6.1, 100900 for TensorRT 10.9.0.")
  private TensorRtHeader header;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.input(in);
    files.outputs(out);
    TensorRtCache.read(in).retarget(header).write(out);
    return ExitCode.FINE;
  }
}
