// Compares the ways to choose thresholds: one pass over the calibration images, one over those that measure.
// Run:  mvn -q process-classes && jshell --class-path "target/classes:$(cat target/classpath)" src/jshell/methods.jsh <<< "/exit 1"
// CALIB8_IMAGES: how many images in all, 11250 by default; up to 1,250 of them, and at most half, calibrate.

import io.github.calib8.calibration.*;
import io.github.calib8.dataset.*;
import io.github.calib8.evaluation.*;
import io.github.calib8.histogram.*;
import io.github.calib8.image.*;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;

int status = 1; // Unless the script comes to its end, it has failed.
{
  int images = Integer.parseInt(System.getenv().getOrDefault("CALIB8_IMAGES", "11250"));
  Path data = Path.of("calibration-data");
  OnnxModel fp32 = OnnxModel.read(data.resolve("networks/vgg19.onnx"));
  Preprocessing preprocessing = Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);
  ImageBatches all =
      Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt")).first(images).batches(25, preprocessing);
  int calibrating = Math.min(50, all.batchCount() / 2);

  // The histograms are gathered once; a method only reads them.
  CalibrationStatistics statistics =
      Calibrator.builder(fp32).build().collect(all.first(calibrating));
  List<ModelPair> pairs = new ArrayList<>();
  System.out.printf("%s%n%n%-17s %12s %12s %14s%n", statistics, "method", "mean SQNR", "worst SQNR", "most clipped");
  for (CalibrationMethod method : CalibrationMethod.all()) {
    CalibrationTable table = statistics.toTable(method);
    pairs.add(new ModelPair(method.id(), fp32, Quantizer.forCpu().quantize(fp32, table)));
    DoubleSummaryStatistics sqnr = statistics.distributions(table).stream()
        .flatMapToDouble(tensor -> tensor.sqnr().stream())
        .summaryStatistics();
    double clipped = table.tensors().stream().mapToDouble(tensor -> tensor.clippedFraction()).max().orElseThrow();
    System.out.printf(
        "%-17s %9.1f dB %9.1f dB %12.4f %%%n", method.id(), sqnr.getAverage(), sqnr.getMin(), 100 * clipped);
  }

  System.out.printf("%n%-17s %10s %20s %10s %12s%n", "method", "lost top-1", "[95 %]", "agreement", "softmax KL");
  for (AccuracyReport report : Evaluator.builder().build().compareAll(pairs, all.skip(calibrating))) {
    Interval interval = report.top1LossInterval();
    System.out.printf(
        "%-17s %+10.2f %20s %8.2f %% %12.5f%n", report.name(), report.top1Loss(),
        "[%+.2f, %+.2f]".formatted(interval.lower(), interval.upper()), report.agreement(), report.meanKl());
  }
  status = 0;
}
/exit status
