package io.github.calib8.evaluation;

import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Classifiers that tell the strongest of three colors, and images of one color each. */
final class ColorModels {

  static final int RED = 0;
  static final int GREEN = 1;
  static final int BLUE = 2;
  static final Preprocessing PREPROCESSING =
      Preprocessing.builder().withCrop(2).withDivisor(255).build();

  private ColorModels() {}

  /** The means of the three channels, each times a gain: logits [N, 3]. */
  static GraphBuilder logits(String name, float... gains) {
    return fixedBatch(name, ValueInfo.SYMBOLIC, gains);
  }

  static GraphBuilder fixedBatch(String name, long batch, float... gains) {
    GraphBuilder graph = GraphBuilder.create(name);
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(batch, 3L, 2L, 2L)));
    graph.initializer(Tensor.floats("gains", List.of(1L, 3L), gains));
    graph.node("GlobalAveragePool", List.of("data"), "pooled", Map.of());
    graph.node("Flatten", List.of("pooled"), "means", Map.of());
    graph.node("Mul", List.of("means", "gains"), "logits", Map.of());
    return graph.output(new ValueInfo("logits", DataType.FLOAT, List.of(batch, 3L)));
  }

  static OnnxModel model(String name, float... gains) {
    return logits(name, gains).build();
  }

  /** The same with a Softmax at its end. */
  static OnnxModel withSoftmax(GraphBuilder logits) {
    logits.node("Softmax", List.of("logits"), "prob", Map.of());
    return logits
        .outputs(List.of(new ValueInfo("prob", DataType.FLOAT, List.of(ValueInfo.SYMBOLIC, 3L))))
        .build();
  }

  static LabeledImage image(String name, int label, int rgb) {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 2, 2, new int[] {rgb, rgb, rgb, rgb}, 0, 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return LabeledImage.of(name, label, bytes.toByteArray());
  }

  static LabeledImage unreadable(String name) {
    return LabeledImage.of(name, RED, "no image".getBytes(StandardCharsets.UTF_8));
  }

  /** Images named {@code 0.png}, {@code 1.png}, ... of all mixtures in turn. */
  static ImageDataset mixtures(int count) {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int rgb = (i * 37 % 256) << 16 | (i * 91 % 256) << 8 | (i * 53 % 256);
      images.add(image(i + ".png", i % 3, rgb));
    }
    return ImageDataset.of(images);
  }
}
