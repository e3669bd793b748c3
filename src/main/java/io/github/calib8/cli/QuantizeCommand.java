package io.github.calib8.cli;

import io.github.calib8.dataset.BatchReader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.engine.TrialRun;
import io.github.calib8.evaluation.IntegerProducts;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.report.AccuracyText;
import io.github.calib8.report.FindingText;
import io.github.calib8.rounding.RoundedPlan;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.ProgressListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code calib8 quantize}: makes an INT8 model, without measuring what it costs. */
@Command(
    name = "quantize",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Quantizes an FP32 ONNX classifier to INT8, with scales that it finds on a set of images or"
          + " reads from a calibration table.",
      ""
    },
    customSynopsis = {
      "calib8 quantize --model=M.onnx --out=O.onnx --use-table=T [OPTIONS]",
      "       calib8 quantize --model=M.onnx --out=O.onnx --preprocess=PRESET",
      "                       --images=DIR|TAR [OPTIONS]"
    },
    footer = {
      "",
      "Examples:",
      "  calib8 quantize --model resnet50.onnx --out resnet50.trt.onnx \\",
      "    --target tensorrt --preprocess torchvision \\",
      "    --images ILSVRC2012_img_val.tar --table table.json",
      "  calib8 quantize --model resnet50.onnx --out resnet50.trt.onnx \\",
      "    --target tensorrt --use-table table.json",
      "  calib8 quantize --model resnet50.onnx --out resnet50.int8.onnx \\",
      "    --use-table table.json --keep-float conv1,op:Gemm --plan plan.json"
    })
final class QuantizeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "M.onnx",
      description =
          "The FP32 model; to calibrate it, with one input [N,C,H,W] or [N,H,W,C] of float32, float16"
              + " or uint8.")
  private Path model;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "O.onnx",
      description = "Write the INT8 model to this file.")
  private Path out;

  @Mixin private QuantizedOption quantizedOption;

  @Mixin private TargetOption target;

  @Mixin private TableOptions table;

  @Mixin private PlanOptions plans;

  @Option(
      names = "--fastest",
      description =
          "Measure on this machine what is fastest, and take that: integers where the model of what"
              + " kernels cost says so, integers everywhere, or floating point. Default: trust the"
              + " model of costs. With --target cpu only.")
  private boolean fastest;

  @Mixin private IntegerLimit limit;

  @ArgGroup(exclusive = false)
  private @Nullable CalibrationSet calibrationSet;

  @ArgGroup(exclusive = false)
  private @Nullable ResumeOptions resume;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = PositiveNumber.class,
      description = "Threads that calibrate, and that decode. Default: all cores.")
  private int threads = EngineOptions.defaults().threads();

  @Mixin private ClusterOption clusterOption;

  @Mixin private StacktraceOption stacktrace;

  private @Nullable Cluster cluster;

  /** The images that scales are found on: given as a whole, or not at all. */
  static final class CalibrationSet {

    @ArgGroup(exclusive = false, multiplicity = "1")
    private ImageOptions images;

    @ArgGroup(exclusive = false)
    private PreprocessingOptions preprocessing = new PreprocessingOptions();

    @ArgGroup(exclusive = false)
    private CalibrationOptions calibration = new CalibrationOptions();

    @ArgGroup(exclusive = false)
    private RoundingOptions rounding = new RoundingOptions();
  }

  @Override
  public Integer call() throws IOException {
    if ((calibrationSet == null) == (table.input() == null)) {
      throw new ParameterException(
          spec.commandLine(),
          "Expected either --images or --use-table, found "
              + (calibrationSet == null ? "neither" : "both"));
    }
    requireOneMethod();
    if (calibrationSet == null && clusterOption.isGiven()) {
      throw new ParameterException(
          spec.commandLine(), "Expected --images with --spark, found none");
    }
    if (fastest && !target.target().isOnnxRuntime()) {
      throw new ParameterException(
          spec.commandLine(), "Expected --target cpu with --fastest, found " + target.target());
    }
    requireDistinctFiles();
    Preprocessing said =
        calibrationSet == null ? null : calibrationSet.preprocessing.preprocessing(spec);
    try (Cluster opened = clusterOption.open(String.valueOf(model.getFileName()));
        StateFolder state = ResumeOptions.open(resume)) {
      cluster = opened;
      if (calibrationSet != null) {
        calibrationSet.images.readBy(opened);
      }
      return quantize(said, state, new Outputs());
    }
  }

  private int quantize(@Nullable Preprocessing said, @Nullable StateFolder state, Outputs outputs)
      throws IOException {
    OnnxModel fp32 = ModelFile.readFp32(model, quantizedOption);
    if (calibrationSet != null && said != null) {
      calibrationSet.images.prepareWith(calibrationSet.preprocessing.laidOut(said, fp32));
    }
    List<String> keptFloat = plans.keptFloat(fp32, target.target());
    CalibrationTable scales =
        table.table(
            fp32, outputs, () -> calibrate(fp32, Objects.requireNonNull(calibrationSet), state));
    Quantizer quantizer = Quantizer.forTarget(target.target());
    Optional<FastestPlan> measured =
        fastest
            ? Optional.of(
                FastestPlan.of(fp32, quantizer, each -> plans.plan(each, fp32, scales, keptFloat)))
            : Optional.empty();
    RoundedPlan rounded =
        round(
            fp32,
            measured
                .map(FastestPlan::plan)
                .orElseGet(() -> plans.plan(quantizer, fp32, scales, keptFloat)));
    QuantizationPlan plan = rounded.plan();
    OnnxModel int8 = quantizer.quantize(fp32, plan);
    IntegerProducts products = tried(int8);
    outputs.write(out, int8::write);
    plans.write(plan, outputs);
    outputs.check();
    PrintWriter printed = spec.commandLine().getOut();
    printed.println(written(scales, products));
    if (products.count() > 0) {
      printed.println(products);
      AccuracyText.reasons(products).forEach(printed::println);
    }
    if (products.areAllFloat()) {
      printed.println("Note: nothing runs in integers, so this is no INT8 model");
    }
    if (plan.gainsNothing()) {
      printed.println("Note: integers would make this model no faster, so it keeps float");
    }
    measured.ifPresent(printed::println);
    printed.println(rounding(rounded));
    FindingText.suspects(scales).ifPresent(printed::println);
    printed.flush();
    return limit.check(fp32.name(), Optional.of(products), spec.commandLine());
  }

  /**
   * Runs an image through the model, before anything of it is written, and counts what runs in
   * integers.
   */
  private IntegerProducts tried(OnnxModel int8) throws IOException {
    EngineOptions options = EngineOptions.defaults().withThreads(threads);
    try (FloatTensor image = calibrationSet == null ? null : firstImage()) {
      TrialRun.run(int8, options, image);
      return IntegerProducts.of(int8, options);
    } catch (EngineException e) {
      throw unwritten(e);
    }
  }

  private @Nullable FloatTensor firstImage() throws IOException {
    CalibrationSet set = Objects.requireNonNull(calibrationSet);
    try (BatchReader reader =
        set.images
            .onlyCalibrating()
            .first(1)
            .load(
                LoaderOptions.defaults()
                    .withThreads(threads)
                    .withUnreadable(set.images.unreadableImages()))) {
      if (!reader.hasNext()) {
        return null;
      }
      try (ImageBatch batch = reader.next()) {
        long[] one = batch.tensor().shape();
        one[0] = 1;
        return FloatTensor.of(batch.tensor().rows(0, 1).toArray(), one);
      }
    }
  }

  private void requireOneMethod() {
    if (calibrationSet != null && calibrationSet.calibration.methods().size() > 1) {
      throw new ParameterException(
          spec.commandLine(), "Expected one method, found --method all: evaluate compares them");
    }
  }

  private String written(CalibrationTable scales, IntegerProducts products) {
    long degenerate =
        scales.tensors().stream().filter(entry -> entry.degenerate().isPresent()).count();
    return "Wrote %s%s: %s for %s, with the scales of %s tensors, %s of them degenerate"
        .formatted(
            out,
            table.output() == null ? "" : " and " + table.output(),
            products.areAllFloat() ? "quantized" : "INT8",
            target.target().id(),
            scales.tensors().size(),
            degenerate);
  }

  /** Without images, nobody knows what weights will multiply. */
  private RoundedPlan round(OnnxModel fp32, QuantizationPlan plan) throws IOException {
    if (calibrationSet == null) {
      return RoundedPlan.unchanged(plan);
    }
    try {
      return calibrationSet
          .rounding
          .round(
              fp32,
              List.of(plan),
              calibrationSet.images.onlyCalibrating(),
              calibrationSet.images.unreadableImages(),
              threads,
              Main.progress(spec).of(fp32.name()))
          .get(0);
    } catch (EngineException e) {
      throw unwritten(e);
    }
  }

  private EngineException unwritten(EngineException e) {
    return new EngineException(
        "%s; so nothing was written to %s".formatted(e.getMessage(), out), e);
  }

  private String rounding(RoundedPlan rounded) {
    String text = rounded.toString();
    return Character.toUpperCase(text.charAt(0))
        + text.substring(1)
        + (calibrationSet == null ? ", as there are no images to round them by" : "");
  }

  private CalibrationTable calibrate(
      OnnxModel fp32, CalibrationSet set, @Nullable StateFolder state) throws IOException {
    ImageBatches images = set.images.onlyCalibrating();
    set.images.notes(fp32).forEach(spec.commandLine().getErr()::println);
    set.images.note().ifPresent(spec.commandLine().getErr()::println);
    // Calibration runs a part of the model: what the engine refuses in the rest must not come to
    // light only when somebody runs the result.
    ObservedSession.open(fp32, EngineOptions.defaults()).close();
    ProgressListener progress = Main.progress(spec).of(fp32.name());
    if (cluster != null) {
      return cluster
          .calibrate(
              fp32,
              target.target(),
              images,
              set.images.unreadableImages(),
              quantizedOption.models(),
              progress)
          .toTable(set.calibration.methods().get(0), target.target());
    }
    return set.calibration
        .collect(
            model,
            fp32,
            target.target(),
            images,
            set.images.unreadableImages(),
            quantizedOption.models(),
            threads,
            state,
            progress)
        .toTable(set.calibration.methods().get(0), target.target());
  }

  private void requireDistinctFiles() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.model(model);
    files.input(table.input());
    if (calibrationSet != null) {
      files.inputs(calibrationSet.images.inputs());
      files.inputs(calibrationSet.preprocessing.inputs());
    }
    files.outputs(out, table.output(), table.cache(), plans.output());
  }
}
