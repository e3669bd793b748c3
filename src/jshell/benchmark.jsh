// Measures how fast a network is in FP32 and in INT8, one thread, one image at a time and in batches.
// Run:  mvn -q process-classes && jshell --class-path "target/classes:$(cat target/classpath)" src/jshell/benchmark.jsh <<< "/exit 1"
// CALIB8_SECONDS: how long each of the six settings is measured, 5 by default.

import io.github.calib8.benchmark.*;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.*;
import io.github.calib8.image.*;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import java.time.Duration;

int status = 1; // Unless the script comes to its end, it has failed.
{
  double seconds = Double.parseDouble(System.getenv().getOrDefault("CALIB8_SECONDS", "5"));
  Path data = Path.of("calibration-data");
  OnnxModel fp32 = OnnxModel.read(data.resolve("networks/googlenet.onnx"));
  Preprocessing preprocessing = Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);
  ImageDataset val = Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt"));
  OnnxModel int8 = Quantizer.forCpu()
      .quantize(fp32, Calibrator.builder(fp32).build().calibrate(val.first(100).batches(25, preprocessing)));

  // The three take turns: a machine that is slower for a while is so for all of them.
  BenchmarkReport report = Benchmark.builder()
      .withBatchSizes(List.of(1, 25))
      .withThreads(1)
      .withWarmup(Duration.ofMillis(Math.round(200 * seconds)))
      .withTime(Duration.ofMillis(Math.round(1000 * seconds)))
      .withRepeats(3)
      .build()
      .run(NetworkVariants.of("GoogLeNet, narrow", fp32).withInt8(int8));

  System.out.printf("%s on %s%n%n", report.network(), report.environment().describe());
  double fastest = report.measurements().stream()
      .flatMap(each -> each.performance().stream())
      .mapToDouble(Performance::imagesPerSecond)
      .max()
      .orElseThrow();
  for (Measurement each : report.measurements()) {
    Performance performance = each.performance().orElseThrow();
    System.out.printf(
        "batch %3d  %-15s |%-40s %7.0f images/s, median %.2f ms%n", each.batchSize(), each.precision().displayName(),
        "#".repeat((int) (40 * performance.imagesPerSecond() / fastest)), performance.imagesPerSecond(),
        performance.latency().p50());
  }
  for (Speedup each : report.speedups()) {
    System.out.printf(
        "batch %3d  INT8 is %.2f times as fast as stock FP32 (%.2f to %.2f)%n", each.batchSize(),
        each.overStock().median(), each.overStock().min(), each.overStock().max());
  }
  status = 0;
}
/exit status
