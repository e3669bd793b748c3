package io.github.calib8.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs an ONNX model with DJL's operations, so that a topology exists once and can be trained.
 *
 * <p>Dropout passes its input through, in training too: the networks are small and the pictures
 * many. Softmax passes it through as well, since the loss wants logits. Not thread-safe.
 */
final class Interpreter {
  /** The weight of the past in BatchNormalization's running statistics. */
  private static final float MOMENTUM = 0.95f;

  private static final double LOGITS_DEVIATION = 0.1;

  private static final List<Long> ONES = List.of(1L, 1L);
  private static final List<Long> ZEROS = List.of(0L, 0L, 0L, 0L);

  private final OnnxModel model;
  private final Weights weights;
  private final Map<String, NDArray> bands = new HashMap<>();
  private final NDManager manager;

  Interpreter(OnnxModel model, Weights weights, NDManager manager) {
    this.model = model;
    this.weights = weights;
    this.manager = manager;
  }

  /**
   * Runs the model.
   *
   * @param images [N, 3, H, W] float32; the weights were lent to their manager
   * @param training whether BatchNormalization uses, and updates its statistics from, this batch
   * @return the logits, [N, classes]
   */
  NDArray logits(NDArray images, boolean training) {
    Map<String, NDArray> values = weights.split();
    values.put(model.input().name(), images);
    for (Node node : model.nodes()) {
      List<NDArray> inputs = node.inputs().stream().map(values::get).toList();
      values.put(node.output(), run(node, inputs, training));
    }
    return values.get(model.output().name());
  }

  /**
   * Rescales the kernels so that every layer's output has unit variance on a batch, and the logits
   * a hundredth of it (layer-sequential unit variance: Mishkin and Matas, 2015, arXiv:1511.06422).
   * Networks without BatchNormalization do not start to learn otherwise, or not at the same rate.
   *
   * @param images a batch
   * @return the model with the new kernels; its biases must be 0
   */
  OnnxModel equalize(NDArray images) {
    Map<String, NDArray> values = weights.split();
    values.put(model.input().name(), images);
    String logits = model.producer(model.output().name()).orElseThrow().inputs().get(0);
    GraphBuilder graph = model.edit();
    for (Node node : model.nodes()) {
      NDArray output = run(node, node.inputs().stream().map(values::get).toList(), true);
      if (node.is("Conv") || node.is("Gemm")) {
        double wanted = node.output().equals(logits) ? LOGITS_DEVIATION : 1;
        double factor = wanted / Math.sqrt(output.square().mean().getFloat());
        output = output.mul(factor);
        graph.initializer(scaled(model.initializers().get(node.inputs().get(1)), factor));
      }
      values.put(node.output(), output);
    }
    return graph.build();
  }

  private static Tensor scaled(Tensor tensor, double factor) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) factor;
    }
    return Tensor.floats(tensor.name(), tensor.dims(), values);
  }

  private NDArray run(Node node, List<NDArray> in, boolean training) {
    NDArray x = in.get(0);
    return switch (node.opType()) {
      case "Conv" -> convolve(node, in);
      case "Relu" -> x.getNDArrayInternal().relu();
      case "MaxPool" ->
          Pool.maxPool2d(
              x, kernel(node), strides(node), pads(node), node.intAttribute("ceil_mode", 0) == 1);
      case "AveragePool" ->
          Pool.avgPool2d(x, kernel(node), strides(node), pads(node), false, false);
      case "GlobalAveragePool" -> mean(x);
      case "LRN" -> normalizeChannels(node, x);
      case "BatchNormalization" -> normalizeBatch(node, in, training);
      case "Gemm" -> x.matMul(in.get(1).transpose()).add(in.get(2));
      case "Concat" -> NDArrays.concat(new NDList(in), 1);
      case "Add" -> x.add(in.get(1));
      case "Flatten" -> x.reshape(x.getShape().get(0), -1);
      case "Dropout", "Softmax" -> x;
      default -> throw new IllegalStateException("Expected a known operator, found " + node);
    };
  }

  private static NDArray normalizeBatch(Node node, List<NDArray> in, boolean training) {
    float epsilon = node.floatAttribute("epsilon", 1e-5f);
    return BatchNorm.batchNorm(
            in.get(0), in.get(3), in.get(4), in.get(1), in.get(2), 1, MOMENTUM, epsilon, training)
        .singletonOrThrow();
  }

  private static NDArray mean(NDArray x) {
    // The engine takes the mean over one axis only.
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), 1, -1).mean(new int[] {3}, true);
  }

  private static NDArray convolve(Node node, List<NDArray> in) {
    NDArray bias = in.size() > 2 ? in.get(2) : null;
    return Conv2d.conv2d(
            in.get(0),
            in.get(1),
            bias,
            strides(node),
            pads(node),
            new Shape(1, 1),
            (int) node.intAttribute("group", 1))
        .singletonOrThrow();
  }

  /** The sum over neighboring channels as a 1x1 convolution with a band matrix. */
  private NDArray normalizeChannels(Node node, NDArray x) {
    long size = node.intAttribute("size", 5);
    NDArray band = bands.computeIfAbsent(node.output(), n -> band(x.getShape().get(1), size));
    float alpha = node.floatAttribute("alpha", 1e-4f) / size;
    float beta = node.floatAttribute("beta", 0.75f);
    NDArray sums = Conv2d.conv2d(x.square(), band).singletonOrThrow();
    return x.mul(sums.mul(alpha).add(node.floatAttribute("bias", 1)).pow(-beta));
  }

  private NDArray band(long channels, long size) {
    int n = (int) channels;
    float[] values = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        values[i * n + j] = Math.abs(i - j) <= size / 2 ? 1 : 0;
      }
    }
    return manager.create(values, new Shape(n, n, 1, 1));
  }

  private static Shape kernel(Node node) {
    return shape(node.intsAttribute("kernel_shape", ONES));
  }

  private static Shape strides(Node node) {
    return shape(node.intsAttribute("strides", ONES));
  }

  private static Shape pads(Node node) {
    return shape(node.intsAttribute("pads", ZEROS).subList(0, 2));
  }

  private static Shape shape(List<Long> values) {
    return new Shape(values);
  }
}
