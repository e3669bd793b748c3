package io.github.calib8.cli;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Channels;
import io.github.calib8.image.Layout;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.quantization.QuantizedModels;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.quantization.Target;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Quantizes a network to measure its speed, which does not depend on the values of the scales: they
 * come from a few images of noise.
 */
final class SyntheticQuantization {
  private static final int IMAGES = 4;
  private static final long SEED = 8;
  private static final float MIDDLE = 127.5f;

  private SyntheticQuantization() {}

  /**
   * Quantizes a model.
   *
   * @param fp32 a model of an input [N, C, H, W] or [N, H, W, C], C of 1 or 3, H and W fixed
   * @param target who is to run it
   * @throws BadInputException if it is another one
   */
  static OnnxModel quantize(OnnxModel fp32, Target target) {
    Preprocessing preprocessing = preprocessing(fp32);
    long images = Math.max(IMAGES, fp32.input().dims().get(0));
    return Quantizer.forTarget(target)
        .quantize(
            fp32,
            Calibrator.builder(fp32)
                .withTarget(target)
                .withMethod(CalibrationMethod.maxAbs())
                // The command has refused what is not allowed.
                .withQuantizedModels(QuantizedModels.ALLOW)
                .build()
                .calibrate(noise(preprocessing, Math.toIntExact(images))));
  }

  private static Preprocessing preprocessing(OnnxModel fp32) {
    List<Long> dims = fp32.input().dims();
    Optional<Layout> ofColors = Layout.of(dims, Channels.BGR.count());
    Channels channels = ofColors.isPresent() ? Channels.BGR : Channels.GRAY;
    Optional<Layout> layout = ofColors.or(() -> Layout.of(dims, Channels.GRAY.count()));
    if (layout.isEmpty() || dims.subList(1, dims.size()).contains(ValueInfo.SYMBOLIC)) {
      throw new BadInputException(
          "Expected an input of 1 or 3 channels and fixed size in model '%s', found %s"
              .formatted(fp32.name(), fp32.input()));
    }
    boolean isFirst = layout.orElseThrow() == Layout.NCHW;
    float[] mean = new float[channels.count()];
    Arrays.fill(mean, fp32.input().type() == DataType.UINT8 ? 0 : MIDDLE);
    return Preprocessing.builder()
        .withResize(Resize.none())
        .withCrop(
            Math.toIntExact(dims.get(isFirst ? 2 : 1)), Math.toIntExact(dims.get(isFirst ? 3 : 2)))
        .withChannels(channels)
        .withMean(mean)
        .withLayout(layout.orElseThrow())
        .build();
  }

  private static ImageBatches noise(Preprocessing preprocessing, int count) {
    Random random = new Random(SEED);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(
          LabeledImage.of(
              "noise " + i, 0, png(random, preprocessing.height(), preprocessing.width())));
    }
    return ImageDataset.of(images).batches(count, preprocessing);
  }

  private static byte[] png(Random random, int height, int width) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    try (ByteArrayOutputStream png = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", png);
      return png.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot fail to be written", e);
    }
  }
}
