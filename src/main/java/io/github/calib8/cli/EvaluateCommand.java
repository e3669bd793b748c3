package io.github.calib8.cli;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.FloatPrecision;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.report.FindingText;
import io.github.calib8.rounding.RoundedPlan;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.work.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code calib8 evaluate}: calibrates, quantizes and compares a user's classifier. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Calibrates an FP32 ONNX classifier on the first batches of a labeled set of images,"
          + " quantizes it to INT8, and compares both on all other images.",
      ""
    },
    customSynopsis = {
      "calib8 evaluate --model=M.onnx --preprocess=PRESET --images=DIR|TAR",
      "                       [OPTIONS]"
    },
    footer = {
      "",
      "Examples:",
      "  calib8 evaluate --model resnet50.onnx --preprocess torchvision \\",
      "    --images ILSVRC2012_img_val.tar --labels val.txt \\",
      "    --int8 resnet50.int8.onnx --table table.json",
      "  calib8 evaluate --model resnet50.onnx --preprocess torchvision \\",
      "    --images ILSVRC2012_img_val.tar --labels val.txt --html resnet50.html \\",
      "    --fail-above 0.5 --resume resnet50.state"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "M.onnx",
      description =
          "The FP32 model: one input [N,C,H,W] or [N,H,W,C] of float32, float16 or uint8, one"
              + " output [N,classes].")
  private Path model;

  @Mixin private ScoreOptions scores;

  @Mixin private ImageOptions images;

  @Mixin private PreprocessingOptions preprocessing;

  @Mixin private CalibrationOptions calibration;

  @Mixin private QuantizedOption quantizedOption;

  @Mixin private ComparedFiles compared;

  @Mixin private TargetOption target;

  @Option(
      names = "--int8",
      paramLabel = "OUT.onnx",
      description = "Write the INT8 model to this file.")
  private @Nullable Path int8;

  @Mixin private TableOptions table;

  @Mixin private PlanOptions plans;

  @Mixin private RoundingOptions rounding;

  @Mixin private DeviceOptions device;

  @Option(
      names = "--float",
      paramLabel = "PRECISION",
      converter = DeviceOptions.FloatName.class,
      completionCandidates = DeviceOptions.FloatName.class,
      description =
          "How a GPU may compute what is in floating point: fp32, tf32 or fp16. Default: fp32"
              + " (tf32 of ort-tensorrt).")
  private @Nullable FloatPrecision precision;

  @Mixin private ReportOptions reports;

  @Mixin private LossLimit limit;

  @Mixin private IntegerLimit integers;

  @ArgGroup(exclusive = false)
  private @Nullable ResumeOptions resume;

  @Mixin private ClusterOption clusterOption;

  @Mixin private CommonOptions common;

  private @Nullable Cluster cluster;

  @Override
  public Integer call() throws IOException {
    requireNoChoice();
    device.require(target.target());
    requireDistinctFiles();
    Preprocessing said = preprocessing.preprocessing(spec);
    try (Cluster opened = clusterOption.open(String.valueOf(model.getFileName()));
        StateFolder state = ResumeOptions.open(resume)) {
      cluster = opened;
      images.readBy(opened);
      return evaluate(said, state, new Outputs());
    }
  }

  private int evaluate(Preprocessing said, @Nullable StateFolder state, Outputs outputs)
      throws IOException {
    OnnxModel fp32 = ModelFile.readFp32(model, quantizedOption);
    List<ModelPair> others = compared.read(fp32, spec);
    images.prepareWith(preprocessing.laidOut(said, fp32));
    List<String> keptFloat = plans.keptFloat(fp32, target.target());
    ImageBatches measured = images.measuring();
    List<String> classNames = images.classNames();
    OnnxModel scored = scores.of(fp32);
    images.requireClassesOf(scored);
    images.notes(scored).forEach(spec.commandLine().getErr()::println);
    images.duplicates().ifPresent(spec.commandLine().getErr()::println);
    // Calibration runs a part of the model, on the processor: what the engine refuses in the rest,
    // a device that is not there, and an output that is no classes' must not come to light only
    // after it.
    ProgressListener progress = Main.progress(spec).of(fp32.name());
    Evaluator.Builder evaluator = evaluator().withProgress(progress);
    evaluator.build().requireClassifier(fp32, measured);
    for (ModelPair other : others) {
      evaluator.build().requireComparable(other, measured);
    }
    List<AccuracyResults.Calibration> calibrations = new ArrayList<>();
    Map<String, RoundedPlan> rounded = new LinkedHashMap<>();
    List<ModelPair> pairs = new ArrayList<>();
    Quantizer quantizer = Quantizer.forTarget(target.target());
    if (calibration.methods().size() > 1) {
      CalibrationStatistics statistics = calibrate(fp32, state, progress);
      Map<String, QuantizationPlan> unrounded = new LinkedHashMap<>();
      for (CalibrationMethod method : calibration.methods()) {
        String name = fp32.name() + ", " + method.id();
        CalibrationTable made = statistics.toTable(method, target.target());
        calibrations.add(AccuracyResults.Calibration.of(name, statistics, made));
        unrounded.put(name, plans.plan(quantizer, fp32, made, keptFloat));
      }
      rounded.putAll(round(fp32, unrounded, progress));
      rounded.forEach(
          (name, of) -> pairs.add(new ModelPair(name, fp32, quantizer.quantize(fp32, of.plan()))));
    } else {
      CalibrationTable scales =
          table.table(
              fp32,
              outputs,
              () -> {
                CalibrationStatistics statistics = calibrate(fp32, state, progress);
                CalibrationTable made =
                    statistics.toTable(calibration.methods().get(0), target.target());
                calibrations.add(AccuracyResults.Calibration.of(fp32.name(), statistics, made));
                return made;
              });
      FindingText.suspects(scales).ifPresent(spec.commandLine().getErr()::println);
      QuantizationPlan unrounded = plans.plan(quantizer, fp32, scales, keptFloat);
      rounded.putAll(round(fp32, Map.of(fp32.name(), unrounded), progress));
      QuantizationPlan plan = Objects.requireNonNull(rounded.get(fp32.name())).plan();
      OnnxModel quantized = quantizer.quantize(fp32, plan);
      ModelPair pair = new ModelPair(fp32.name(), fp32, quantized);
      // Nothing is written that the engine does not run.
      evaluator.build().requireComparable(pair, measured);
      plans.write(plan, outputs);
      outputs.write(int8, quantized::write);
      pairs.add(pair);
    }
    int made = pairs.size();
    pairs.addAll(others);
    evaluator.withProgress(progress);
    if (state != null) {
      evaluator.withCheckpoint(state.evaluation(fp32.name()));
    }
    boolean calibrated =
        !calibrations.isEmpty() || rounded.values().stream().anyMatch(plan -> plan.images() > 0);
    if (calibrated) {
      evaluator.withCalibratedOn(images.calibrating());
    }
    List<AccuracyReport> counted =
        cluster == null
            ? evaluator.build().compareAll(pairs, measured)
            : cluster.compare(
                pairs,
                measured,
                calibrated ? images.calibrating() : null,
                scores,
                images.unreadableImages(),
                quantizedOption.models(),
                progress);
    List<AccuracyReport> results =
        new ArrayList<>(AccuracyResults.withSkipped(counted, calibrations, images.calibrating()));
    for (int i = 0; i < pairs.size(); i++) {
      results.set(i, AccuracyResults.withSizes(results.get(i), pairs.get(i)));
    }
    // What others calibrated on is not known.
    results
        .subList(made, results.size())
        .replaceAll(other -> other.toBuilder().withCalibratedImages(List.of()).build());
    new AccuracyResults(results, calibrations, rounded, measured, classNames)
        .publish(reports, outputs, spec.commandLine().getOut());
    // Limits are for what is made here; what others made is there to be seen.
    List<AccuracyReport> own = results.subList(0, made);
    int code = limit.check(own, spec.commandLine());
    for (AccuracyReport result : own) {
      code =
          Math.max(
              code, integers.check(result.name(), result.int8().products(), spec.commandLine()));
    }
    outputs.check();
    return code;
  }

  private Evaluator.Builder evaluator() {
    List<Device> devices = device.devices();
    Evaluator.Builder evaluator =
        Evaluator.builder()
            .withThreads(common.threads())
            .withDevices(devices)
            .withUnreadableImages(images.unreadableImages())
            .withQuantizedModels(quantizedOption.models());
    evaluator.withPrecision(
        precision == null ? devices.get(0).provider().defaultPrecision() : precision);
    if (calibration.microBatch() != null) {
      evaluator.withMicroBatch(calibration.microBatch());
    }
    scores.configure(evaluator);
    return evaluator;
  }

  private CalibrationStatistics calibrate(
      OnnxModel fp32, @Nullable StateFolder state, ProgressListener progress) throws IOException {
    images.note().ifPresent(spec.commandLine().getErr()::println);
    if (cluster != null) {
      return cluster.calibrate(
          fp32,
          target.target(),
          images.calibrating(),
          images.unreadableImages(),
          quantizedOption.models(),
          progress);
    }
    return calibration.collect(
        model,
        fp32,
        target.target(),
        images.calibrating(),
        images.unreadableImages(),
        quantizedOption.models(),
        common.threads(),
        state,
        progress);
  }

  private Map<String, RoundedPlan> round(
      OnnxModel fp32, Map<String, QuantizationPlan> unrounded, ProgressListener progress)
      throws IOException {
    List<RoundedPlan> made =
        rounding.round(
            fp32,
            List.copyOf(unrounded.values()),
            images.calibrating(),
            images.unreadableImages(),
            common.threads(),
            progress);
    Map<String, RoundedPlan> byName = new LinkedHashMap<>();
    unrounded.keySet().forEach(name -> byName.put(name, made.get(byName.size())));
    return byName;
  }

  /** Images that measure several methods must not choose one of them. */
  private void requireNoChoice() {
    if (calibration.methods().size() == 1) {
      return;
    }
    for (String option :
        List.of("--int8", "--plan", "--table", "--cache", "--use-table", LossLimit.FAIL_ABOVE)) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(),
            "Expected one method with %s, found --method all, which compares them"
                .formatted(option));
      }
    }
  }

  private void requireDistinctFiles() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.model(model);
    files.models(compared.files());
    files.inputs(preprocessing.inputs());
    files.inputs(images.inputs());
    files.input(table.input());
    files.outputs(int8, table.output(), table.cache(), plans.output());
    files.outputs(reports.outputs());
  }
}
