package com.example

import io.github.calib8.calibration.Calibrator
import io.github.calib8.dataset.Ilsvrc2012
import io.github.calib8.evaluation.Evaluator
import io.github.calib8.image.Preprocessing
import io.github.calib8.image.Resize
import io.github.calib8.onnx.OnnxModel
import io.github.calib8.quantization.Quantizer
import io.github.calib8.tensor.FloatTensor
import java.nio.file.Path

/** What [Program] does, in Kotlin. */
fun main(arguments: Array<String>) {
  val data = Path.of(arguments[0])
  val fp32 = OnnxModel.read(data.resolve("networks/alexnet.onnx"))
  val preprocessing = Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64)
  val images =
      Ilsvrc2012.validation(data.resolve("ILSVRC2012_img_val.tar"), data.resolve("val.txt"))
          .batches(25, preprocessing)
  val table = Calibrator.builder(fp32).build().calibrate(images.first(4))
  val int8 = Quantizer.forCpu().quantize(fp32, table)
  val report = Evaluator.builder().build().compare(fp32, int8, images.skip(4).first(4))
  check(report.images() == 100L && report.agreement() >= 90) { report }
  FloatTensor.of(floatArrayOf(1f, 2f, 3f), 3).use { check(it.toINDArray().sumNumber().toInt() == 6) }
  println("calibrated, quantized, evaluated: ${report.name()}")
}
