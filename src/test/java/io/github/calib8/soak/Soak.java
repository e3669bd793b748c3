package io.github.calib8.soak;

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
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * By hand: calibrates, quantizes and evaluates again and again in one process, and prints what it
 * holds: the heap after a collection, the memory of the process, threads, open files, temporary
 * files. Arguments: minutes, network, images that measure.
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
      CalibrationTable table =
          Calibrator.builder(fp32)
              .build()
              .collect(batches.first(2))
              .toTable(CalibrationMethod.entropy());
      OnnxModel int8 = Quantizer.forCpu().quantize(fp32, table);
      AccuracyReport report = Evaluator.builder().build().compare(fp32, int8, batches.skip(2));
      String figures = report.fp32().top1() + " " + report.int8().top1() + " " + report.meanKl();
      first = first.isEmpty() ? figures : first;
      if (!figures.equals(first)) {
        throw new IllegalStateException("Expected " + first + " again, found " + figures);
      }
      System.out.println(round + " " + traces());
    }
  }

  private static String traces() throws IOException {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return "%s %s %s %s %s"
        .formatted(
            (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE,
            processMegabytes(),
            Thread.activeCount(),
            ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getOpenFileDescriptorCount(),
            temporaryFiles());
  }

  private static long processMegabytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElse(0);
    }
  }

  private static long temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      String pid = "calib8-" + ProcessHandle.current().pid() + "-";
      return files.filter(file -> file.getFileName().toString().startsWith(pid)).count();
    }
  }
}
