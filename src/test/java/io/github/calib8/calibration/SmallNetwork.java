package io.github.calib8.calibration;

import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;

/** A classifier with every construct that calibration treats in its own way, and its images. */
public final class SmallNetwork {
  public static final int SIZE = 12;

  private final GraphBuilder graph = GraphBuilder.create("small");
  private final Random random = new Random(11);

  /** Input "data" [batch,3,12,12], output "prob" [batch,4]. */
  static OnnxModel model(long batch) {
    SmallNetwork network = new SmallNetwork();
    network.graph.input(
        new ValueInfo("data", DataType.FLOAT, List.of(batch, 3L, (long) SIZE, (long) SIZE)));
    network.conv("data", "c1", 3, 8);
    network.node("Relu", "c1", "r1");
    network.node("LRN", "r1", "n1", Map.of("size", Attribute.of(5L)));
    network.node(
        "MaxPool",
        "n1",
        "p1",
        Map.of("kernel_shape", Attribute.ints(2, 2), "strides", Attribute.ints(2, 2)));
    // A residual block: one side straight from the pooling.
    network.conv("p1", "c2", 8, 8);
    network.graph.node("Add", List.of("c2", "p1"), "sum", Map.of());
    network.node("Relu", "sum", "r2");
    // Two branches, one signed.
    network.conv("r2", "c3", 8, 4);
    network.node("Relu", "c3", "r3");
    network.conv("r2", "c4", 8, 4);
    network.graph.node("Concat", List.of("r3", "c4"), "both", Map.of("axis", Attribute.of(1L)));
    network.node("GlobalAveragePool", "both", "mean");
    network.node("Flatten", "mean", "flat");
    network.weights("fc", 8, 4);
    network.graph.node("Gemm", List.of("flat", "fc"), "logits", Map.of());
    network.node("Softmax", "logits", "prob");
    network.graph.output(new ValueInfo("prob", DataType.FLOAT, List.of(batch, 4L)));
    return network.graph.build();
  }

  /** The same for batches of any size. */
  public static OnnxModel model() {
    return model(ValueInfo.SYMBOLIC);
  }

  public static Preprocessing preprocessing() {
    return Preprocessing.caffe().withResize(Resize.none()).withCrop(SIZE);
  }

  /** Images of noise, named i00.png, i01.png, ... */
  public static ImageDataset images(int count) {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(LabeledImage.of("i%02d.png".formatted(i), i % 4, png(i)));
    }
    return ImageDataset.of(images);
  }

  private static byte[] png(long seed) {
    Random noise = new Random(seed);
    BufferedImage image = new BufferedImage(SIZE, SIZE + 1, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, noise.nextInt(1 << 24));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void node(String operator, String input, String output) {
    node(operator, input, output, Map.of());
  }

  private void node(
      String operator, String input, String output, Map<String, Attribute> attributes) {
    graph.node(operator, List.of(input), output, attributes);
  }

  private void conv(String input, String output, long in, long out) {
    weights(output + "_w", out, in, 3, 3);
    graph.node(
        "Conv",
        List.of(input, output + "_w"),
        output,
        Map.of("pads", Attribute.ints(1, 1, 1, 1), "kernel_shape", Attribute.ints(3, 3)));
  }

  private void weights(String name, long... dims) {
    float[] values = new float[(int) LongStream.of(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() / 4);
    }
    graph.initializer(Tensor.floats(name, LongStream.of(dims).boxed().toList(), values));
  }
}
