package io.github.calib8.cli;

import io.github.calib8.benchmark.Benchmark;
import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.benchmark.EnergyMeter;
import io.github.calib8.benchmark.Measurement;
import io.github.calib8.benchmark.NetworkVariants;
import io.github.calib8.benchmark.Precision;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.Environment;
import io.github.calib8.engine.ExecutionProvider;
import io.github.calib8.engine.Placement;
import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.report.BenchmarkCsv;
import io.github.calib8.report.BenchmarkFigures;
import io.github.calib8.report.BenchmarkJson;
import io.github.calib8.report.BenchmarkMarkdown;
import io.github.calib8.report.Figure;
import io.github.calib8.report.FigurePlot;
import io.github.calib8.report.HtmlReport;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code calib8 benchmark}: how fast networks run, FP32 against INT8. */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures throughput, latency, scaling and energy of FP32 and INT8 networks, in turns, on"
          + " images of random non-zero values.",
      ""
    },
    customSynopsis = "calib8 benchmark [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  calib8 benchmark --batch-sizes 1,25 --json speed.json --plots .",
      "  calib8 benchmark --model resnet50.onnx --precisions fp32,int8 --workers 1,2",
      "",
      "A batch that does not fit in memory is reported as such, and the others go on."
    })
final class BenchmarkCommand implements Callable<Integer> {

  private static final String ALL = "all";

  @Spec private CommandSpec spec;

  @Option(
      names = "--networks",
      paramLabel = "all|NAME",
      split = ",",
      description =
          "Full-size networks with random weights: all, or some of alexnet, googlenet, vgg16, vgg19,"
              + " resnet50, resnet101, resnet152. Default: all, if there is no --model.")
  private List<String> networks = List.of();

  @Option(
      names = "--model",
      paramLabel = "M.onnx",
      description =
          "An FP32 model of yours: one input [N,C,H,W] or [N,H,W,C] of float32, float16 or uint8; may"
              + " be given repeatedly.")
  private List<Path> models = List.of();

  @Option(
      names = "--precisions",
      paramLabel = "NAME",
      split = ",",
      converter = PrecisionName.class,
      completionCandidates = PrecisionName.class,
      description =
          "fp32: the stock model; fp32-rewritten: after the exact rewrites that INT8 gets, too;"
              + " tf32 and fp16: the stock model as a GPU may compute it; int8. Default: fp32,"
              + " fp32-rewritten, int8.")
  private List<Precision> precisions = List.copyOf(Precision.ofEveryDevice());

  @Option(
      names = "--images-on",
      paramLabel = "host|device",
      converter = PlacementName.class,
      completionCandidates = PlacementName.class,
      description =
          "Where images and scores are: host, each run copies them; device, which only tensorrt and"
              + " cpu can keep. Default: device of tensorrt, else host.")
  private @Nullable Placement placement;

  @Option(
      names = "--batch-sizes",
      paramLabel = "N",
      split = ",",
      converter = PositiveNumber.class,
      description = "Images a run. Default: 1,25.")
  private List<Integer> batchSizes = List.of(1, 25);

  @Option(
      names = "--workers",
      paramLabel = "N",
      split = ",",
      converter = PositiveNumber.class,
      description = "Sessions that run at the same time. Default: one for each device.")
  private List<Integer> workers = List.of();

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description = "Threads of each worker. Default: ${DEFAULT-VALUE}.")
  private int threads = 1;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      converter = Seconds.class,
      description = "Seconds before each precision is measured. Default: 1.")
  private Duration warmup = Duration.ofSeconds(1);

  @Option(
      names = "--seconds",
      paramLabel = "S",
      converter = Seconds.class,
      description = "Seconds that each precision is measured, all repeats together. Default: 5.")
  private Duration time = Duration.ofSeconds(5);

  @Option(
      names = "--repeats",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description = "How often the precisions take turns. Default: ${DEFAULT-VALUE}.")
  private int repeats = 5;

  @Option(
      names = "--energy",
      paramLabel = "METER",
      converter = Meter.class,
      completionCandidates = Meter.class,
      description =
          "processor: Linux powercap (RAPL); nvidia: all NVIDIA devices; none. Default: processor.")
  private EnergyMeter meter = EnergyMeter.processor();

  @Mixin private QuantizedOption quantizedOption;

  @Mixin private ReportOptions forms;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description = "Draw the curves into this folder, as SVG.")
  private @Nullable Path plots;

  @Mixin private DeviceOptions device;

  @Mixin private StacktraceOption stacktrace;

  @Override
  public Integer call() throws IOException {
    requireOutputs();
    List<Architecture> architectures = architectures();
    List<Device> devices = device.devices();
    // A GPU that cannot be used must not come to light only after calibration.
    Environment.current(threads, devices);
    boolean isTensorRt = devices.get(0).provider() == ExecutionProvider.TENSORRT;
    Placement byDefault = isTensorRt ? Placement.DEVICE : Placement.HOST;
    Benchmark benchmark =
        Benchmark.builder()
            .withPlacement(placement == null ? byDefault : placement)
            .withProgress(Main.progress(spec).of("benchmark"))
            .withDevices(devices)
            .withPrecisions(precisions)
            .withBatchSizes(batchSizes)
            .withWorkers(workers.isEmpty() ? List.of(devices.size()) : workers)
            .withThreads(threads)
            .withWarmup(warmup)
            .withTime(time)
            .withRepeats(repeats)
            .withEnergyMeter(meter)
            .withListener(this::print)
            .build();
    List<BenchmarkReport> reports = new ArrayList<>();
    Outputs outputs = new Outputs();
    // A model of the user's may be bad: better to know early. One model at a time is in memory.
    for (Path model : models) {
      OnnxModel fp32 = ModelFile.readFp32(model, quantizedOption);
      add(reports, outputs, benchmark.run(variants(fp32.name(), fp32)));
    }
    for (Architecture network : architectures) {
      OnnxModel fp32 = NetworkSpec.of(network).toModel();
      add(reports, outputs, benchmark.run(variants(network.displayName(), fp32)));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(BenchmarkMarkdown.toMarkdown(reports));
    out.flush();
    if (plots != null) {
      for (Figure figure : BenchmarkFigures.of(reports)) {
        outputs.write(
            plots.resolve(figure.id() + ".svg"),
            file -> WholeFile.write(file, FigurePlot.toSvg(figure)));
      }
    }
    outputs.check();
    return ExitCode.FINE;
  }

  private void requireOutputs() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.models(models);
    files.outputs(forms.outputs());
    if (plots != null && !Files.isDirectory(plots)) {
      throw new BadInputException("Expected a folder for the plots, found none: " + plots);
    }
  }

  private List<Architecture> architectures() {
    if (networks.contains(ALL) || (networks.isEmpty() && models.isEmpty())) {
      return Architecture.classic();
    }
    Main.NetworkName converter = new Main.NetworkName();
    try {
      return networks.stream().map(converter::convert).distinct().toList();
    } catch (TypeConversionException e) {
      throw new ParameterException(
          spec.commandLine(), "Invalid value for option '--networks': " + e.getMessage(), e);
    }
  }

  private NetworkVariants variants(String name, OnnxModel fp32) {
    NetworkVariants variants = NetworkVariants.of(name, fp32);
    return precisions.contains(Precision.INT8)
        ? variants.withInt8(
            SyntheticQuantization.quantize(fp32, DeviceOptions.target(device.devices())))
        : variants;
  }

  private void add(List<BenchmarkReport> reports, Outputs outputs, BenchmarkReport report) {
    reports.add(report);
    // Anew after each network: what comes later may take hours, or fail.
    forms.write(
        outputs,
        () -> BenchmarkJson.toJson(reports),
        () -> BenchmarkCsv.toCsv(reports),
        () -> HtmlReport.builder().withBenchmark(reports).withTime(Instant.now()).build().toHtml());
  }

  private void print(String network, Measurement measurement) {
    String result =
        measurement
            .performance()
            .map(p -> String.format(Locale.ROOT, "%.1f images/s", p.imagesPerSecond()))
            .orElseGet(() -> "does not fit: " + measurement.doesNotFit().orElse(""));
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        Locale.ROOT,
        "%s: %s, batch size %d, %d x %d threads: %s%n",
        network,
        measurement.precision().displayName(),
        measurement.batchSize(),
        measurement.workers(),
        measurement.threads(),
        result);
    err.flush();
  }

  /** Reads a precision. */
  static final class PrecisionName implements ITypeConverter<Precision>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Precision.values()).map(Precision::id).iterator();
    }

    @Override
    public Precision convert(String value) {
      return Choice.named(value, Precision.values(), Precision::id);
    }
  }

  /** Reads where images are. */
  static final class PlacementName implements ITypeConverter<Placement>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Placement.values()).map(Placement::id).iterator();
    }

    @Override
    public Placement convert(String value) {
      return Choice.named(value, Placement.values(), Placement::id);
    }
  }

  /** Reads the name of a meter. */
  static final class Meter implements ITypeConverter<EnergyMeter>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return List.of("processor", "nvidia", "none").iterator();
    }

    @Override
    public EnergyMeter convert(String value) {
      return switch (value) {
        case "processor" -> EnergyMeter.processor();
        case "nvidia" -> EnergyMeter.nvidia();
        case "none" -> EnergyMeter.none("not asked for");
        default ->
            throw new TypeConversionException(
                "Expected processor, nvidia or none, found '" + value + "'");
      };
    }
  }
}
