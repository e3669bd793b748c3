package io.github.calib8.quantization;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** The seven architectures, small enough to be quantized in a test. */
final class NarrowNetworks {
  private static final int SIZE = 64;

  private NarrowNetworks() {}

  static OnnxModel of(Architecture architecture) {
    return NetworkSpec.of(architecture)
        .withWidth(0.25)
        .withHidden(64)
        .withInputSize(SIZE)
        .withClasses(10)
        .toModel();
  }

  /** Calibrates on noise. */
  static CalibrationTable table(OnnxModel model, Target target) throws IOException {
    return Calibrator.builder(model).withThreads(1).withTarget(target).build().calibrate(images());
  }

  private static ImageBatches images() throws IOException {
    Preprocessing preprocessing = Preprocessing.caffe().withResize(Resize.none()).withCrop(SIZE);
    Random random = new Random(3);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          image.setRGB(x, y, random.nextInt(1 << 24));
        }
      }
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(image, "png", png);
      images.add(LabeledImage.of("random" + i + ".png", 0, png.toByteArray()));
    }
    return ImageDataset.of(images).batches(2, preprocessing);
  }
}
