package io.github.calib8.soak;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.sun.management.UnixOperatingSystemMXBean;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.rounding.WeightRounder;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.work.Checkpoint;
import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * By hand: calibrates, rounds, quantizes and evaluates again and again in one process, with files
 * and states, and prints what it holds: the heap after a collection, the memory of the process,
 * threads, open files, temporary files. Arguments: minutes, network, images that measure.
 */
final class Soak {
  private static final Path DATA = Path.of("calibration-data");
  private static final long MEGABYTE = 1 << 20;
  private static final Preprocessing PREPROCESSING =
      Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);

  private Soak() {}

  public static void main(String[] arguments) throws IOException {
    long end = System.nanoTime() + Duration.ofMinutes(Long.parseLong(arguments[0])).toNanos();
    OnnxModel fp32 = OnnxModel.read(DATA.resolve("networks/" + arguments[1] + ".onnx"));
    int measured = Integer.parseInt(arguments[2]);
    ImageBatches batches =
        Ilsvrc2012.validation(DATA.resolve("ILSVRC2012_img_val.tar"), DATA.resolve("val.txt"))
            .first(50 + measured)
            .batches(25, PREPROCESSING);
    String first = "";
    System.out.println("round heapMB processMB threads openFiles temporaryFiles");
    for (int round = 1; System.nanoTime() < end; round++) {
      String figures = figures(fp32, batches);
      first = first.isEmpty() ? figures : first;
      if (!figures.equals(first)) {
        throw new IllegalStateException("Expected " + first + " again, found " + figures);
      }
      System.out.println(round + " " + traces());
    }
  }

  /** All that `evaluate` does, over a folder of state and with files. */
  private static String figures(OnnxModel fp32, ImageBatches batches) throws IOException {
    Path folder = TemporaryFiles.folder();
    try {
      Checkpoint collected = Checkpoint.in(folder.resolve("statistics"));
      Checkpoint compared = Checkpoint.in(folder.resolve("evaluation"));
      CalibrationTable table =
          Calibrator.builder(fp32)
              .withCheckpoint(collected.withInterval(Duration.ZERO))
              .build()
              .collect(batches.first(2))
              .toTable(CalibrationMethod.entropy());
      Quantizer quantizer = Quantizer.forCpu();
      QuantizationPlan plan =
          WeightRounder.builder(fp32)
              .build()
              .round(quantizer.plan(fp32, table), batches.first(2))
              .plan();
      Path file = folder.resolve("int8.onnx");
      quantizer.quantize(fp32, plan).write(file);
      AccuracyReport report =
          Evaluator.builder()
              .withCheckpoint(compared.withInterval(Duration.ZERO))
              .build()
              .compare(fp32, OnnxModel.read(file), batches.skip(2));
      return report.fp32().top1() + " " + report.int8().top1() + " " + report.meanKl();
    } finally {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static String traces() throws IOException {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return "%s %s %s %s %s"
        .formatted(
            (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE,
            status("VmRSS:") / 1024,
            status("Threads:"),
            ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getOpenFileDescriptorCount(),
            temporaryFiles());
  }

  /** What Linux says of this process; its threads are also those of the engine. */
  private static long status(String line) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(text -> text.startsWith(line))
          .mapToLong(text -> Long.parseLong(text.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    }
  }

  private static long temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(TemporaryFiles.prefix()))
          .count();
    }
  }
}
