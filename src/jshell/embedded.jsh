// Makes the table of the README again: eleven networks, calibrated, quantized and compared on the embedded images.
// Run:  mvn -q process-classes && jshell --class-path "target/classes:$(cat target/classpath)" src/jshell/embedded.jsh <<< "/exit 1"
// CALIB8_IMAGES: how many images in all, 11250 by default; up to 1,250 of them, and at most half, calibrate.

import io.github.calib8.calibration.*;
import io.github.calib8.dataset.*;
import io.github.calib8.evaluation.*;
import io.github.calib8.image.*;
import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.report.AccuracyMarkdown;
import io.github.calib8.scale.CalibrationTable;

int status = 1; // Unless the script comes to its end, it has failed.
{
  int images = Integer.parseInt(System.getenv().getOrDefault("CALIB8_IMAGES", "11250"));
  Path data = Path.of("calibration-data");
  Preprocessing preprocessing = Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);
  ImageBatches all =
      Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt")).first(images).batches(25, preprocessing);
  int calibrating = Math.min(50, all.batchCount() / 2);

  List<ModelPair> pairs = new ArrayList<>();
  for (Architecture network : Architecture.values()) {
    OnnxModel fp32 = OnnxModel.read(data.resolve("networks/" + network.id() + ".onnx"));
    CalibrationTable table = Calibrator.builder(fp32).build().calibrate(all.first(calibrating));
    pairs.add(new ModelPair(network.displayName(), fp32, Quantizer.forCpu().quantize(fp32, table)));
    System.out.printf("%-10s %3d tensors calibrated%n", network.displayName(), table.tensors().size());
  }

  // Each image is decoded once for all of them.
  List<AccuracyReport> reports =
      Evaluator.builder().build().compareAll(pairs, all.skip(calibrating));
  System.out.println();
  System.out.print(AccuracyMarkdown.toMarkdown(reports));
  System.out.println("Narrow networks on drawn images: these figures are not ImageNet's.");
  status = 0;
}
/exit status
