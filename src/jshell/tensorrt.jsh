// Exports for TensorRT: the model with Q/DQ for explicit quantization, and a calibration cache for versions before 11.
// Run:  mvn -q process-classes && jshell --class-path "target/classes:$(cat target/classpath)" src/jshell/tensorrt.jsh <<< "/exit 1"
// CALIB8_IMAGES: how many images calibrate, 1250 by default. Writes target/googlenet.trt.onnx and .trt.cache.

import io.github.calib8.calibration.*;
import io.github.calib8.dataset.*;
import io.github.calib8.image.*;
import io.github.calib8.onnx.*;
import io.github.calib8.quantization.*;
import io.github.calib8.scale.*;

int status = 1; // Unless the script comes to its end, it has failed.
{
  int images = Integer.parseInt(System.getenv().getOrDefault("CALIB8_IMAGES", "1250"));
  Path data = Path.of("calibration-data");
  OnnxModel fp32 = OnnxModel.read(data.resolve("networks/googlenet.onnx"));
  Preprocessing preprocessing = Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);
  ImageDataset val = Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt"));

  // TensorRT's integers are signed, whatever the tensor's sign.
  CalibrationTable table = Calibrator.builder(fp32)
      .withTarget(Target.tensorRt())
      .build()
      .calibrate(val.first(images).batches(25, preprocessing));

  Path model = Path.of("target/googlenet.trt.onnx");
  OnnxModel int8 = Quantizer.forTensorRt().quantize(fp32, table);
  int8.write(model);
  long pairs = int8.nodes().stream().filter(node -> node.is("QuantizeLinear")).count();
  System.out.printf("%s: %,d bytes, %d pairs of Q/DQ%n", model, Files.size(model), pairs);
  System.out.printf("  trtexec --onnx=%s --stronglyTyped --saveEngine=googlenet.plan%n%n", model);

  Path cache = Path.of("target/googlenet.trt.cache");
  DynamicRanges ranges = ModelRanges.of(fp32).expand(table);
  TensorRtCache.of(TensorRtHeader.DEFAULT, ranges).write(cache);
  System.out.printf("%s: %d tensors, for %s%n", cache, ranges.ranges().size(), TensorRtHeader.DEFAULT.release());
  ranges.ranges().stream()
      .limit(6)
      .forEach(range -> System.out.printf(
          "  %-28s threshold %-10.5g scale %.5g%n", range.tensor(), range.threshold(), range.scale()));
  status = 0;
}
/exit status
