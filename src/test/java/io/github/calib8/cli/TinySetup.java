package io.github.calib8.cli;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * A folder with a classifier of three colors and images for it: {@code model.onnx}, {@code images}
 * and {@code val.txt}, and how to evaluate them.
 */
final class TinySetup {

  static final int IMAGES = 30;
  private static final int EDGE = 8;

  final Path folder;
  final Path model;
  final Path images;
  final Path labels;

  TinySetup(Path folder) throws IOException {
    this.folder = folder;
    this.model = folder.resolve("model.onnx");
    this.images = Files.createDirectory(folder.resolve("images"));
    this.labels = folder.resolve("val.txt");
    graph().build().write(model);
    Random random = new Random(1);
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= IMAGES; i++) {
      int label = i % 3;
      ImageIO.write(image(random, label), "jpg", image(i).toFile());
      lines.add(image(i).getFileName() + " " + label);
    }
    Files.write(labels, lines);
  }

  /** The file of an image, numbered from 1. */
  Path image(int number) {
    return images.resolve("ILSVRC2012_val_%08d.JPEG".formatted(number));
  }

  /** Runs the evaluation, with more options or other values; the first ten images calibrate. */
  CommandLineRun evaluate(Object... more) {
    Map<String, Object> usual = new LinkedHashMap<>();
    usual.put("--model", model);
    usual.put("--images", images);
    usual.put("--labels", labels);
    usual.put("--preprocess", "caffe");
    usual.put("--resize", "none");
    usual.put("--crop", "6");
    usual.put("--batch-size", "5");
    usual.put("--calibration-batches", "2");
    List<Object> arguments = new ArrayList<>(List.of("evaluate"));
    arguments.addAll(List.of(more));
    usual.keySet().removeAll(arguments);
    usual.forEach((option, value) -> arguments.addAll(List.of(option, value)));
    return CommandLineRun.of(arguments.toArray());
  }

  /** Copies the images into a folder for each class, with names that say nothing. */
  Path classFolders() throws IOException {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    for (int i = 1; i <= IMAGES; i++) {
      Path target = Files.createDirectories(classes.resolve("class" + i % 3));
      Files.copy(image(i), target.resolve(i + ".jpg"));
    }
    return classes;
  }

  /**
   * Replaces the images by grays whose colors are so close that integers cannot tell them apart.
   */
  void useGrays() throws IOException {
    Random random = new Random(1);
    for (int i = 1; i <= IMAGES; i++) {
      BufferedImage gray = new BufferedImage(EDGE, EDGE, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < EDGE * EDGE; pixel++) {
        int rgb = random.nextInt(5) << 16 | random.nextInt(5) << 8 | random.nextInt(5);
        gray.setRGB(pixel % EDGE, pixel / EDGE, 0x808080 + rgb);
      }
      ImageIO.write(gray, "png", image(i).toFile());
    }
  }

  /** Replaces the model. */
  void write(OnnxModel other) throws IOException {
    other.write(model);
  }

  static GraphBuilder graph() {
    return graph(0.5f);
  }

  /** Conv, Relu, the means of the channels, and a Gemm that puts BGR in the order RGB. */
  static GraphBuilder graph(float weight) {
    float[] kernel = new float[3 * 3 * 3 * 3];
    for (int channel = 0; channel < 3; channel++) {
      kernel[(channel * 3 + channel) * 9 + 4] = weight;
    }
    return graph(kernel);
  }

  private static GraphBuilder graph(float[] kernel) {
    float[] order = {0, 0, 1, 0, 1, 0, 1, 0, 0};
    GraphBuilder graph = GraphBuilder.create("tiny");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 6L, 6L)));
    graph.initializer(Tensor.floats("kernel", List.of(3L, 3L, 3L, 3L), kernel));
    graph.initializer(Tensor.floats("bias", List.of(3L), 52, 58.5f, 61.5f));
    graph.initializer(Tensor.floats("order", List.of(3L, 3L), order));
    graph.initializer(Tensor.floats("zero", List.of(3L), 0, 0, 0));
    graph.node(
        "Conv",
        List.of("data", "kernel", "bias"),
        "conv",
        Map.of(
            "kernel_shape", Attribute.ints(3, 3),
            "pads", Attribute.ints(1, 1, 1, 1)));
    graph.node("Relu", List.of("conv"), "relu", Map.of());
    graph.node("GlobalAveragePool", List.of("relu"), "pool", Map.of());
    graph.node("Flatten", List.of("pool"), "flat", Map.of());
    graph.node("Gemm", List.of("flat", "order", "zero"), "logits", Map.of());
    return graph.output(new ValueInfo("logits", DataType.FLOAT, List.of(-1L, 3L)));
  }

  /** The same, but of each channel one weight is so large that the others have few steps. */
  static GraphBuilder graphOfCoarseSteps() {
    Random random = new Random(5);
    float[] kernel = new float[3 * 3 * 3 * 3];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = i % 27 == 0 ? 12 : (float) (0.1 * random.nextGaussian());
    }
    return graph(kernel);
  }

  /** The same with other classes. */
  static GraphBuilder graphWithClasses(long classes) {
    GraphBuilder graph = graph();
    graph.initializer(
        Tensor.floats("more", List.of(3L, classes), new float[Math.toIntExact(3 * classes)]));
    graph.node("MatMul", List.of("logits", "more"), "others", Map.of());
    return graph.outputs(List.of(new ValueInfo("others", DataType.FLOAT, List.of(-1L, classes))));
  }

  private static BufferedImage image(Random random, int strongest) {
    BufferedImage image = new BufferedImage(EDGE, EDGE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < EDGE; y++) {
      for (int x = 0; x < EDGE; x++) {
        int rgb = random.nextInt(0x80) << 16 | random.nextInt(0x80) << 8 | random.nextInt(0x80);
        image.setRGB(x, y, rgb | 0x7f << 8 * (2 - strongest));
      }
    }
    return image;
  }
}
