package io.github.calib8.cli;

import io.github.calib8.caffe.CaffeFiles;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.TestImages;
import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import io.github.calib8.onnx.InputTwins;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The folder that a reader of the documentation works in: small files under the names used there.
 */
record ReadersFolder(Path folder) {
  private static final Path EMBEDDED = Path.of("calibration-data");

  static ReadersFolder in(Path folder) throws IOException {
    CaffeFiles.write(folder);
    OnnxModel small =
        NetworkSpec.of(Architecture.RESNET50).withWidth(1.0 / 16).withClasses(60).toModel();
    small.write(folder.resolve("resnet50.onnx"));
    InputTwins.channelsLast(small).write(folder.resolve("mobilenet.onnx"));
    OnnxModel int8 = Quantizer.forCpu().quantize(small, table(small));
    int8.write(folder.resolve("resnet50.nncf.onnx"));
    int8.write(folder.resolve("resnet50.ort.onnx"));
    writePhotos(folder.resolve("photos.zip"));
    for (String run : List.of("entropy.json", "mse.json")) {
      Files.writeString(folder.resolve(run), RunFiles.of(run));
    }
    Files.writeString(
        folder.resolve("config.json"), "{\"pretrained_cfg\": {\"input_size\": [3, 224, 224]}}");
    return new ReadersFolder(folder);
  }

  private static CalibrationTable table(OnnxModel model) {
    LabeledImage image = LabeledImage.of(0, TestImages.picture(300, 260));
    return Calibrator.builder(model)
        .build()
        .calibrate(ImageDataset.of(List.of(image)).batches(1, Preprocessing.torchvision()));
  }

  private static void writePhotos(Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : List.of("cat.png", "dog.png", "owl.png")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(TestImages.png(TestImages.picture(300, 260)));
      }
    }
  }

  /** The file of a name in this folder; the embedded images stand for ILSVRC2012's. */
  Path file(String name) {
    Path embedded = EMBEDDED.resolve(name);
    return Files.exists(embedded) ? embedded : folder.resolve(name);
  }
}
