package io.github.calib8.fuzz;

import io.github.calib8.calibration.CalibrationException;
import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.engine.EngineException;
import io.github.calib8.evaluation.EvaluationException;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Damaged models through everything that is done with one - read, calibrate, quantize, evaluate -
 * and what came of it. Arguments by hand: how many mutations, the seed.
 */
final class EngineFuzz {

  private static final int EDGE = 8;
  private static final Preprocessing PREPROCESSING =
      Preprocessing.builder().withCrop(EDGE).withDivisor(255).build();

  private EngineFuzz() {}

  public static void main(String[] arguments) {
    int count = Integer.parseInt(arguments[0]);
    System.out.println(count + " " + ends(count, Long.parseLong(arguments[1])));
  }

  /** How many of the mutations ended in which way; what is a fault begins with FAULT. */
  static Map<String, Integer> ends(int count, long seed) {
    byte[] model = model().toBytes();
    Mutations mutations = new Mutations(seed);
    Map<String, Integer> ends = new TreeMap<>();
    ImageBatches images = images();
    for (int i = 0; i < count; i++) {
      String end = end(mutations.mutate(model), images);
      ends.merge(end, 1, Integer::sum);
      if (end.startsWith("FAULT")) {
        System.out.println("mutation " + i + ": " + end);
      }
      if ((i + 1) % 500 == 0) {
        System.out.println(i + 1 + " " + ends);
      }
    }
    return ends;
  }

  /** A little of all, with few weights, so that damages hit what is around them. */
  private static OnnxModel model() {
    GraphBuilder graph = GraphBuilder.create("small");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 8L, 8L)));
    graph.initializer(floats("kernel", 4, 3, 3, 3));
    graph.initializer(floats("bias", 4));
    graph.initializer(floats("scale", 4));
    graph.initializer(floats("weight", 4, 3));
    graph.initializer(Tensor.longs("shape", List.of(2L), 0, -1));
    Map<String, Attribute> window =
        Map.of("kernel_shape", Attribute.ints(3, 3), "pads", Attribute.ints(1, 1, 1, 1));
    graph.node("Conv", List.of("data", "kernel", "bias"), "conv", window);
    graph.node(
        "BatchNormalization",
        List.of("conv", "scale", "bias", "bias", "scale"),
        "normal",
        Map.of("epsilon", Attribute.of(1e-5f)));
    graph.node("Relu", List.of("normal"), "relu", Map.of());
    graph.node(
        "MaxPool",
        List.of("relu"),
        "pool",
        Map.of("kernel_shape", Attribute.ints(2, 2), "strides", Attribute.ints(2, 2)));
    graph.node("Add", List.of("pool", "pool"), "sum", Map.of());
    graph.node("Concat", List.of("sum", "pool"), "all", Map.of("axis", Attribute.of(2)));
    graph.node("GlobalAveragePool", List.of("all"), "mean", Map.of());
    graph.node("Reshape", List.of("mean", "shape"), "flat", Map.of());
    graph.node("Gemm", List.of("flat", "weight"), "logits", Map.of());
    graph.node("Softmax", List.of("logits"), "prob", Map.of("axis", Attribute.of(1)));
    return graph.output(new ValueInfo("prob", DataType.FLOAT, List.of(-1L, 3L))).build();
  }

  private static Tensor floats(String name, long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= Math.toIntExact(dim);
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.1f + 0.01f * (i * 7 % 11);
    }
    return Tensor.floats(name, LongStream.of(dims).boxed().toList(), values);
  }

  private static ImageBatches images() {
    Random random = new Random(1);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      BufferedImage image = new BufferedImage(EDGE, EDGE, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < EDGE * EDGE; pixel++) {
        image.setRGB(pixel % EDGE, pixel / EDGE, random.nextInt(1 << 24));
      }
      images.add(LabeledImage.of("image" + i, i, image));
    }
    return ImageDataset.of(images).batches(1, PREPROCESSING);
  }

  private static String end(byte[] bytes, ImageBatches images) {
    String phase = "read";
    try {
      OnnxModel fp32 = OnnxModel.parse(bytes, "damaged");
      phase = "calibrate";
      CalibrationStatistics statistics =
          Calibrator.builder(fp32).withThreads(1).build().collect(images.first(1));
      CalibrationTable table = statistics.toTable(CalibrationMethod.entropy());
      phase = "quantize";
      OnnxModel int8 = Quantizer.forCpu().quantize(fp32, table);
      phase = "evaluate";
      Evaluator.builder().withThreads(1).build().compare(fp32, int8, images.skip(1));
      return "done";
    } catch (OnnxException
        | EngineException
        | CalibrationException
        | EvaluationException
        | IllegalArgumentException
        | IllegalStateException e) {
      // Ours have a text that says what was expected; others' have not.
      return String.valueOf(e.getMessage()).contains("xpected")
              || e.getClass().getName().startsWith("io.github.calib8")
          ? "refused at " + phase
          : "FAULT at " + phase + ": " + e;
    } catch (RuntimeException | Error e) {
      return "FAULT at " + phase + ": " + e;
    }
  }
}
