package io.github.calib8.quantization;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Builds small classifiers of any shape with seeded weights, layer by layer; and their images. */
final class SmallClassifier {
  static final int SIZE = 16;

  private static final int IMAGES = 12;
  private static final Map<String, Attribute> SAME =
      Map.of("kernel_shape", Attribute.ints(3, 3), "pads", Attribute.ints(1, 1, 1, 1));

  private final GraphBuilder graph = GraphBuilder.create("classifier");
  private final Random random = new Random(5);

  SmallClassifier() {
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, (long) SIZE, (long) SIZE)));
  }

  /** For what no other method of this class adds. */
  GraphBuilder graph() {
    return graph;
  }

  /** A 3x3 convolution that keeps the size, with a bias. */
  String conv(String name, String input, int in, int out) {
    return conv(name, input, weights(name + ".weight", out, in, 3, 3), bias(name + ".bias", out));
  }

  /** A 3x3 convolution that keeps the size, with given weights and bias. */
  String conv(String name, String input, String... parameters) {
    return node("Conv", name, SAME, prepend(input, parameters));
  }

  /** A 3x3 convolution in groups, without bias. */
  String grouped(String name, String input, int in, int out, int groups) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(SAME);
    attributes.put("group", Attribute.of(groups));
    return node("Conv", name, attributes, input, weights(name + ".weight", out, in / groups, 3, 3));
  }

  String relu(String name, String input) {
    return node("Relu", name, input);
  }

  /** Clips to [0, 6]. */
  String relu6(String name, String input) {
    return clip(name, input, 0, 6);
  }

  String clip(String name, String input, float min, float max) {
    return node("Clip", name, input, scalar(name + ".min", min), scalar(name + ".max", max));
  }

  String norm(String name, String input, int channels) {
    return node(
        "BatchNormalization",
        name,
        input,
        positive(name + ".scale", channels),
        bias(name + ".shift", channels),
        bias(name + ".mean", channels),
        positive(name + ".var", channels));
  }

  String concat(String name, String... inputs) {
    return node("Concat", name, Map.of("axis", Attribute.of(1)), inputs);
  }

  /** Halves the size. */
  String maxPool(String name, String input) {
    return node(
        "MaxPool",
        name,
        Map.of("kernel_shape", Attribute.ints(2, 2), "strides", Attribute.ints(2, 2)),
        input);
  }

  /** Averages over 3x3 pixels and keeps the size. */
  String averagePool(String name, String input, boolean countPadding) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(SAME);
    attributes.put("count_include_pad", Attribute.of(countPadding ? 1 : 0));
    return node("AveragePool", name, attributes, input);
  }

  /** Global average, Flatten and Gemm to 5 logits. */
  String head(String input, int channels) {
    String flat = node("Flatten", "flat", node("GlobalAveragePool", "mean", input));
    return node("Gemm", "logits", flat, weights("fc.weight", channels, 5), bias("fc.bias", 5));
  }

  String node(String opType, String name, String... inputs) {
    return node(opType, name, Map.of(), inputs);
  }

  String node(String opType, String name, Map<String, Attribute> attributes, String... inputs) {
    return graph.node(opType, List.of(inputs), name, attributes);
  }

  /** Normal values of the standard deviation that keeps the size of what goes through. */
  String weights(String name, long... dims) {
    int size = (int) LongStream.of(dims).reduce(1, (a, b) -> a * b);
    long outputs = dims.length == 2 ? dims[1] : dims[0];
    float deviation = (float) Math.sqrt(2.0 * outputs / size);
    return floats(name, size, 0, deviation, dims);
  }

  String bias(String name, int channels) {
    return floats(name, channels, 0, 0.2f, channels);
  }

  String positive(String name, int channels) {
    float[] values = new float[channels];
    for (int i = 0; i < channels; i++) {
      values[i] = 0.5f + random.nextFloat();
    }
    return graph.initializer(Tensor.floats(name, List.of((long) channels), values));
  }

  String scalar(String name, float value) {
    return graph.initializer(Tensor.floats(name, List.of(), value));
  }

  String longs(String name, long... values) {
    return graph.initializer(Tensor.longs(name, List.of((long) values.length), values));
  }

  private String floats(String name, int size, float mean, float deviation, long... dims) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return graph.initializer(Tensor.floats(name, LongStream.of(dims).boxed().toList(), values));
  }

  private static String[] prepend(String first, String... others) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(others));
    return all.toArray(String[]::new);
  }

  OnnxModel build(String output) {
    return graph.output(new ValueInfo(output, DataType.FLOAT, List.of())).build();
  }

  /** The scales of the largest magnitudes, over all images. */
  static CalibrationTable calibrate(OnnxModel fp32) {
    return Calibrator.builder(fp32)
        .withMethod(CalibrationMethod.maxAbs())
        .withThreads(1)
        .build()
        .calibrate(images().batches(4, preprocessing()));
  }

  /** How far the outputs of two models are apart, as a share of the differences between images. */
  static double distance(OnnxModel fp32, OnnxModel int8) {
    INDArray expected = run(fp32);
    double spread = expected.subRowVector(expected.mean(0)).norm2Number().doubleValue();
    return expected.sub(run(int8)).norm2Number().doubleValue() / spread;
  }

  /** All images in one batch: [N, outputs]. */
  private static INDArray run(OnnxModel model) {
    try (BatchLoader loader =
            images().batches(100, preprocessing()).load(LoaderOptions.defaults());
        InferenceSession session =
            InferenceSession.open(model, EngineOptions.defaults().withThreads(1))) {
      INDArray output = session.run(loader.next().images());
      return output.reshape(output.size(0), output.length() / output.size(0));
    }
  }

  /** Makes inputs between -2.1 and 2.7. */
  static Preprocessing preprocessing() {
    return Preprocessing.torchvision().withResize(Resize.none()).withCrop(SIZE);
  }

  /** Noise over a color that is each image's own, so that the logits differ. */
  static ImageDataset images() {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      images.add(LabeledImage.of("noise%02d.png".formatted(i), 0, png(i)));
    }
    return ImageDataset.of(images);
  }

  private static byte[] png(int seed) {
    Random noise = new Random(seed);
    int[] color = {noise.nextInt(192), noise.nextInt(192), noise.nextInt(192)};
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int rgb = 0;
        for (int channel : color) {
          rgb = rgb << 8 | channel + noise.nextInt(64);
        }
        image.setRGB(x, y, rgb);
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
}
