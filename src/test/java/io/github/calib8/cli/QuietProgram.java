package io.github.calib8.cli;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageFolder;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a program does with the library, to be looked at from outside. */
final class QuietProgram {
  static final String READY = "holds a temporary file";

  private QuietProgram() {}

  /**
   * Calibrates, quantizes and evaluates; then runs commands, the last of which fails.
   *
   * @param arguments a model, a folder of class folders, and where to write to; or nothing, to hold
   *     a temporary file until killed
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      TemporaryFiles.file(".held");
      System.out.println(READY);
      Thread.sleep(Long.MAX_VALUE);
    }
    Path folder = Path.of(arguments[2]);
    OnnxModel fp32 = OnnxModel.read(Path.of(arguments[0]));
    ImageBatches images =
        ImageFolder.read(Path.of(arguments[1]))
            .batches(5, Preprocessing.caffe().withResize(Resize.none()).withCrop(6));
    OnnxModel int8 =
        Quantizer.forCpu()
            .quantize(fp32, Calibrator.builder(fp32).build().calibrate(images.first(2)));
    System.out.println(Evaluator.builder().build().compare(fp32, int8, images.skip(2)));
    System.out.println("while it runs: " + temporaryFiles());

    String[] data = {
      "--images",
      arguments[1],
      "--preprocess=caffe",
      "--resize=none",
      "--crop=6",
      "--batch-size=5",
      "--calibration-batches=2",
      "--model"
    };
    command(data, arguments[0], "evaluate");
    command(data, arguments[0], "quantize", "--out", folder.resolve("int8.onnx").toString());
    Main.main(
        new String[] {
          "benchmark", "--model", arguments[0], "--seconds=0.01", "--warmup=0", "--batch-sizes=1"
        });
    System.out.println("after all: " + temporaryFiles());
    command(data, folder.resolve("none.onnx").toString(), "evaluate");
  }

  private static void command(String[] data, String model, String... command) {
    Main.main(
        Stream.of(Stream.of(command), Stream.of(data), Stream.of(model))
            .flatMap(each -> each)
            .toArray(String[]::new));
  }

  private static List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.toList();
    }
  }
}
