package io.github.calib8.cli;

import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.diagnosis.Diagnosis;
import io.github.calib8.diagnosis.Doctor;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.report.DiagnosisJson;
import io.github.calib8.report.DiagnosisText;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code calib8 doctor}: finds out why an FP32 classifier is less accurate than it should be. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Finds out why an FP32 ONNX classifier is less accurate than it should be: tries other"
          + " channel orders, values, sizes and filters, and other readings of the labels, on some"
          + " of the images, and ranks what explains the accuracy.",
      ""
    },
    customSynopsis = {
      "calib8 doctor --model=M.onnx --preprocess=PRESET --images=DIR|TAR",
      "                     [OPTIONS]"
    },
    footer = {
      "",
      "Example:",
      "  calib8 doctor --model resnet50.onnx --preprocess torchvision \\",
      "    --images ILSVRC2012_img_val.tar --labels val.txt"
    })
final class DoctorCommand implements Callable<Integer> {

  /** Which images are looked at must not depend on the machine. */
  private static final long SEED = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "M.onnx",
      description = "The FP32 model: one float32 input [N,C,H,W], one output [N,classes].")
  private Path model;

  @Mixin private ScoreOptions scores;

  @Mixin private ImageSetOptions images;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = PositiveNumber.class,
      defaultValue = "200",
      description = "How many images to look at, drawn from all. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Mixin private PreprocessingOptions preprocessing;

  @Option(
      names = "--mended-labels",
      paramLabel = "OUT.txt",
      description =
          "Write a label file of all images to this file, if the labels are what explains the"
              + " accuracy.")
  private @Nullable Path mendedLabels;

  @Option(
      names = "--json",
      paramLabel = "OUT.json",
      description = "Write what was tried, and what was found, to this file, too.")
  private @Nullable Path json;

  @Mixin private QuantizedOption quantizedOption;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    requireDistinctFiles();
    Preprocessing said = preprocessing.preprocessing(spec);
    OnnxModel fp32 = scores.of(ModelFile.readFp32(model, quantizedOption));
    Preprocessing preparation = preprocessing.laidOutAsFarAsKnown(said, fp32);
    ImageDataset all = images.limited(images.withAnyLabels());
    ImageDataset some = all.shuffled(SEED).first(limit);
    Doctor doctor =
        Doctor.builder(preparation)
            .withThreads(common.threads())
            .withUnreadableImages(images.unreadableImages())
            .withClassesOfIds(images.classesOfIds())
            .withProgress(Main.progress(spec).of(fp32.name()))
            .build();
    PrintWriter err = spec.commandLine().getErr();
    err.println(DiagnosisText.cost(doctor.runs(fp32), some.size()));
    err.flush();
    Diagnosis diagnosis = doctor.diagnose(fp32, some);
    PrintWriter out = spec.commandLine().getOut();
    DiagnosisText.lines(diagnosis).forEach(out::println);
    out.flush();
    Outputs outputs = new Outputs();
    if (!diagnosis.mended().labels().isAsTheyAre()) {
      outputs.write(mendedLabels, file -> MendedLabels.write(all, diagnosis.mended(), file));
    }
    outputs.write(json, file -> WholeFile.write(file, DiagnosisJson.toJson(diagnosis)));
    outputs.check();
    return ExitCode.FINE;
  }

  private void requireDistinctFiles() throws IOException {
    DistinctFiles files = new DistinctFiles(spec);
    files.model(model);
    files.inputs(preprocessing.inputs());
    files.inputs(images.inputs());
    files.outputs(mendedLabels, json);
  }
}
