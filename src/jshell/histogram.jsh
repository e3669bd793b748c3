// Calibrates, and draws how the magnitudes of one tensor are spread, with the threshold among them.
// Run:  mvn -q process-classes && jshell --class-path "target/classes:$(cat target/classpath)" src/jshell/histogram.jsh <<< "/exit 1"
// CALIB8_IMAGES: how many images calibrate, 1250 by default. CALIB8_TENSOR: which tensor, by default the noisiest one.

import io.github.calib8.calibration.*;
import io.github.calib8.dataset.*;
import io.github.calib8.histogram.*;
import io.github.calib8.image.*;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.*;

int status = 1; // Unless the script comes to its end, it has failed.
{
  int images = Integer.parseInt(System.getenv().getOrDefault("CALIB8_IMAGES", "1250"));
  Path data = Path.of("calibration-data");
  OnnxModel model = OnnxModel.read(data.resolve("networks/googlenet.onnx"));
  Preprocessing preprocessing = Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);
  ImageDataset val = Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt"));

  CalibrationStatistics statistics =
      Calibrator.builder(model).build().collect(val.first(images).batches(25, preprocessing));
  List<TensorDistribution> noisiestFirst =
      statistics.distributions(statistics.toTable(CalibrationMethod.entropy())).stream()
          .sorted(Comparator.comparingDouble(each -> each.sqnr().orElse(Double.MAX_VALUE)))
          .toList();
  System.out.println(statistics + "; signal to quantization noise, the lowest:");
  noisiestFirst.stream()
      .limit(5)
      .forEach(each -> System.out.printf("  %5.1f dB  %s%n", each.sqnr().orElse(0), each.calibration().tensor()));

  String name = System.getenv().getOrDefault("CALIB8_TENSOR", noisiestFirst.get(0).calibration().tensor());
  TensorDistribution shown =
      noisiestFirst.stream().filter(each -> each.calibration().tensor().equals(name)).findFirst().orElseThrow();
  TensorCalibration tensor = shown.calibration();
  System.out.printf(
      "%n%s: %,d values, %.0f %% of them 0, from %.4g to %.4g%nthreshold %.4g, scale %.4g, %s; %.2g %% of the values beyond%n%n",
      name, tensor.count(), 100.0 * tensor.zeros() / tensor.count(), tensor.min(), tensor.max(), tensor.threshold(),
      tensor.parameters().scale(), tensor.parameters().type(), 100 * tensor.clippedFraction());

  // Four bins a row. Magnitudes thin out fast: the bars are as long as the logarithms of the counts.
  int rows = TensorDistribution.BINS / 4;
  double height = shown.range() / rows;
  long[] counts = new long[rows];
  IntStream.range(0, TensorDistribution.BINS).forEach(bin -> counts[bin / 4] += shown.counts().get(bin));
  double longest = Math.log1p(Arrays.stream(counts).max().getAsLong());
  for (int row = 0; row * height <= Math.max(Math.abs(tensor.min()), tensor.max()) && row < rows; row++) {
    boolean holdsThreshold = (int) (tensor.threshold() / height) == row;
    String bar = "#".repeat((int) Math.round(60 * Math.log1p(counts[row]) / longest));
    System.out.printf(
        "%10.4g |%-60s %,d%s%n", row * height, bar, counts[row], holdsThreshold ? "  <== threshold" : "");
  }
  status = 0;
}
/exit status
