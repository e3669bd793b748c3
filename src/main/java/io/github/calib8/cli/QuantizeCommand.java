package io.github.calib8.cli;

import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.Preprocessing;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.evaluation.FindingText;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
      description = "The FP32 model; to calibrate it, with one float32 input [N,C,H,W].")
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

  @Mixin private StacktraceOption stacktrace;

  /** The images that scales are found on: given as a whole, or not at all. */
  static final class CalibrationSet {

    @ArgGroup(exclusive = false, multiplicity = "1")
    private ImageOptions images;

    @ArgGroup(exclusive = false)
    private PreprocessingOptions preprocessing = new PreprocessingOptions();

    @ArgGroup(exclusive = false)
    private CalibrationOptions calibration = new CalibrationOptions();
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
    requireDistinctFiles();
    Preprocessing preprocessing =
        calibrationSet == null ? null : calibrationSet.preprocessing.preprocessing(spec);
    try (StateFolder state = ResumeOptions.open(resume)) {
      quantize(preprocessing, state, new Outputs());
    }
    return ExitCode.FINE;
  }

  private void quantize(
      @Nullable Preprocessing preprocessing, @Nullable StateFolder state, Outputs outputs)
      throws IOException {
    OnnxModel fp32 = ModelFile.readFp32(model, quantizedOption);
    List<String> keptFloat = plans.keptFloat(fp32, target.target());
    CalibrationTable scales =
        table.table(
            fp32,
            outputs,
            () ->
                calibrate(
                    fp32,
                    Objects.requireNonNull(calibrationSet),
                    Objects.requireNonNull(preprocessing),
                    state));
    Quantizer quantizer = Quantizer.forTarget(target.target());
    QuantizationPlan plan = plans.plan(quantizer, fp32, scales, keptFloat);
    outputs.write(out, quantizer.quantize(fp32, plan)::write);
    plans.write(plan, outputs);
    outputs.check();
    PrintWriter printed = spec.commandLine().getOut();
    printed.println(written(scales));
    FindingText.suspects(scales).ifPresent(printed::println);
    printed.flush();
  }

  private void requireOneMethod() {
    if (calibrationSet != null && calibrationSet.calibration.methods().size() > 1) {
      throw new ParameterException(
          spec.commandLine(), "Expected one method, found --method all: evaluate compares them");
    }
  }

  private String written(CalibrationTable scales) {
    long degenerate =
        scales.tensors().stream().filter(entry -> entry.degenerate().isPresent()).count();
    return "Wrote %s%s: INT8 for %s, with the scales of %s tensors, %s of them degenerate"
        .formatted(
            out,
            table.output() == null ? "" : " and " + table.output(),
            target.target().id(),
            scales.tensors().size(),
            degenerate);
  }

  private CalibrationTable calibrate(
      OnnxModel fp32, CalibrationSet set, Preprocessing preprocessing, @Nullable StateFolder state)
      throws IOException {
    ImageBatches images = set.images.onlyCalibrating();
    set.images.notes(fp32).forEach(spec.commandLine().getErr()::println);
    set.images.note().ifPresent(spec.commandLine().getErr()::println);
    // Calibration runs a part of the model: what the engine refuses in the rest must not come to
    // light only when somebody runs the result.
    ObservedSession.open(fp32, EngineOptions.defaults()).close();
    return set.calibration
        .collect(
            model,
            fp32,
            target.target(),
            preprocessing,
            images,
            set.images.unreadableImages(),
            threads,
            state,
            Main.progress(spec).of(fp32.name()))
        .toTable(set.calibration.methods().get(0), target.target());
  }

  private void requireDistinctFiles() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.input(model);
    files.input(table.input());
    if (calibrationSet != null) {
      files.inputs(calibrationSet.images.inputs());
      files.inputs(calibrationSet.preprocessing.inputs());
    }
    files.outputs(out, table.output(), plans.output());
  }
}
