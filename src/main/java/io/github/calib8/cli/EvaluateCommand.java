package io.github.calib8.cli;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.Preprocessing;
import io.github.calib8.dataset.ProgressListener;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code calib8 evaluate}: calibrates, quantizes and compares a user's classifier. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Calibrates an FP32 ONNX classifier on the first batches of a labeled set of images, quantizes"
          + " it to INT8, and compares both on all other images.",
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
      description = "The FP32 model: one float32 input [N,C,H,W], one output [N,classes].")
  private Path model;

  @Mixin private ImageOptions images;

  @Mixin private PreprocessingOptions preprocessing;

  @Mixin private CalibrationOptions calibration;

  @Mixin private TargetOption target;

  @Option(
      names = "--int8",
      paramLabel = "OUT.onnx",
      description = "Write the INT8 model to this file.")
  private @Nullable Path int8;

  @Mixin private TableOptions table;

  @Mixin private DeviceOptions device;

  @Mixin private ReportOptions reports;

  @Mixin private LossLimit limit;

  @ArgGroup(exclusive = false)
  private @Nullable ResumeOptions resume;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    requireDistinctFiles();
    try (StateFolder state = ResumeOptions.open(resume)) {
      return evaluate(state, new Outputs());
    }
  }

  private int evaluate(@Nullable StateFolder state, Outputs outputs) throws IOException {
    Preprocessing preparation = preprocessing.preprocessing();
    OnnxModel fp32 = ModelFile.read(model);
    ImageBatches measured = images.measuring();
    List<String> classNames = images.classNames();
    images.requireClassesOf(fp32);
    images.notes(fp32).forEach(spec.commandLine().getErr()::println);
    // Calibration runs a part of the model, on the processor: what the engine refuses in the rest,
    // and a device that is not there, must not come to light only after it.
    for (Device each : device.devices()) {
      InferenceSession.open(fp32, EngineOptions.defaults().withDevice(each)).close();
    }
    ProgressListener progress = Main.progress(spec).of(fp32.name());
    List<AccuracyResults.Calibration> calibrations = new ArrayList<>();
    CalibrationTable scales =
        table.table(
            fp32,
            outputs,
            () -> {
              images.note().ifPresent(spec.commandLine().getErr()::println);
              CalibrationStatistics statistics =
                  calibration.collect(
                      model,
                      fp32,
                      preparation,
                      images.calibrating(),
                      images.unreadableImages(),
                      common.threads(),
                      state,
                      progress);
              CalibrationTable made =
                  statistics.toTable(calibration.method(), target.activationTypes());
              calibrations.add(AccuracyResults.Calibration.of(fp32.name(), statistics, made));
              return made;
            });
    OnnxModel quantized = target.quantizer().quantize(fp32, scales);
    outputs.write(int8, quantized::write);
    Evaluator.Builder evaluator =
        Evaluator.builder(preparation)
            .withThreads(common.threads())
            .withDevices(device.devices())
            .withUnreadableImages(images.unreadableImages())
            .withProgress(progress);
    if (calibration.microBatch() != null) {
      evaluator.withMicroBatch(calibration.microBatch());
    }
    if (state != null) {
      evaluator.withCheckpoint(state.evaluation(fp32.name()));
    }
    AccuracyReport report = evaluator.build().compare(fp32, quantized, measured);
    new AccuracyResults(List.of(report), calibrations, measured, classNames)
        .publish(reports, outputs, spec.commandLine().getOut());
    int code = limit.check(List.of(report), spec.commandLine());
    outputs.check();
    return code;
  }

  private void requireDistinctFiles() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.input(model);
    files.inputs(preprocessing.inputs());
    files.inputs(images.inputs());
    files.input(table.input());
    files.outputs(int8, table.output());
    files.outputs(reports.outputs());
  }
}
