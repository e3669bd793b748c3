package io.github.calib8.train;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.pooling.Pool;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private final Set<String> shapes;
  private long images;

  Interpreter(OnnxModel model, Weights weights, NDManager manager) {
    this.model = model;
    this.weights = weights;
    this.manager = manager;
    this.shapes = ofShapes(model);
  }

  /**
   * Runs the model.
   *
   * @param images [N, 3, H, W] float32; the weights were lent to their manager
   * @param training whether BatchNormalization uses, and updates its statistics from, this batch
   * @return the logits, [N, classes]
   */
  NDArray logits(NDArray images, boolean training) {
    Map<String, NDArray> values = start(images);
    for (Node node : model.nodes()) {
      if (shapes.contains(node.output())) {
        continue;
      }
      List<@Nullable NDArray> inputs = inputs(node, values);
      put(node, run(node, inputs, training), values);
    }
    return requireNonNull(values.get(model.output().name()));
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
    Map<String, NDArray> values = start(images);
    String logits = model.producer(model.output().name()).orElseThrow().inputs().get(0);
    GraphBuilder graph = model.edit();
    for (Node node : model.nodes()) {
      if (shapes.contains(node.output())) {
        continue;
      }
      NDList outputs = run(node, inputs(node, values), true);
      if (node.is("Conv") || node.is("Gemm")) {
        double wanted = node.output().equals(logits) ? LOGITS_DEVIATION : 1;
        NDArray output = outputs.singletonOrThrow();
        double factor = wanted / Math.sqrt(output.square().mean().getFloat());
        outputs = new NDList(output.mul(factor));
        graph.initializer(
            scaled(requireNonNull(model.initializers().get(node.inputs().get(1))), factor));
      }
      put(node, outputs, values);
    }
    return graph.build();
  }

  private Map<String, NDArray> start(NDArray batch) {
    Map<String, NDArray> values = weights.split();
    values.put(model.input().name(), batch);
    images = batch.getShape().get(0);
    return values;
  }

  private static Tensor scaled(Tensor tensor, double factor) {
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) factor;
    }
    return Tensor.floats(tensor.name(), tensor.dims(), values);
  }

  /** Returns what computes the shape that Expand is given: the images' number and constants. */
  private static Set<String> ofShapes(OnnxModel model) {
    Set<String> tensors = new HashSet<>();
    for (Node node : model.nodes()) {
      if (node.is("Shape")
          || !node.is("Expand") && node.inputs().stream().anyMatch(tensors::contains)) {
        tensors.addAll(node.outputs());
      }
    }
    return tensors;
  }

  private static List<@Nullable NDArray> inputs(Node node, Map<String, NDArray> values) {
    List<@Nullable NDArray> inputs = new ArrayList<>();
    node.inputs().forEach(name -> inputs.add(values.get(name)));
    return inputs;
  }

  private static void put(Node node, NDList outputs, Map<String, NDArray> values) {
    for (int i = 0; i < outputs.size(); i++) {
      values.put(node.outputs().get(i), outputs.get(i));
    }
  }

  /** Runs a node; what is not trained is null among its inputs. */
  private NDList run(Node node, List<@Nullable NDArray> in, boolean training) {
    NDArray x = requireNonNull(in.get(0), node.toString());
    if (node.is("Split")) {
      long[] sizes = constant(node, 1).toLongs();
      return x.split(new long[] {sizes[0], sizes[0] + sizes[1]}, x.getShape().dimension() - 1);
    }
    return new NDList(value(node, x, in, training));
  }

  private NDArray value(Node node, NDArray x, List<@Nullable NDArray> in, boolean training) {
    return switch (node.opType()) {
      case "Conv" -> convolve(node, x, in);
      case "Relu" -> x.getNDArrayInternal().relu();
      case "Clip" -> x.clip(number(node, 1), number(node, 2));
      case "HardSwish" -> x.mul(x.div(6).add(0.5f).clip(0, 1));
      case "HardSigmoid" ->
          x.mul(node.floatAttribute("alpha", 0.2f))
              .add(node.floatAttribute("beta", 0.5f))
              .clip(0, 1);
      case "Sigmoid" -> Activation.sigmoid(x);
      case "Erf" -> x.erf();
      case "Div" -> x.div(number(node, 1));
      case "Mul" -> in.get(1) == null ? x.mul(number(node, 1)) : x.mul(in.get(1));
      case "Add" -> in.get(1) == null ? x.add(number(node, 1)) : x.add(in.get(1));
      case "MaxPool" ->
          Pool.maxPool2d(
              x, kernel(node), strides(node), pads(node), node.intAttribute("ceil_mode", 0) == 1);
      case "AveragePool" ->
          Pool.avgPool2d(x, kernel(node), strides(node), pads(node), false, false);
      case "GlobalAveragePool" -> mean(x);
      case "LRN" -> normalizeChannels(node, x);
      case "BatchNormalization" -> normalizeBatch(node, in, training);
      case "LayerNormalization" -> normalizeTokens(node, x, in);
      case "Gemm" -> x.matMul(requireNonNull(in.get(1)).transpose()).add(requireNonNull(in.get(2)));
      case "MatMul" -> x.matMul(requireNonNull(in.get(1)));
      case "Concat" ->
          NDArrays.concat(
              new NDList(in.stream().map(Objects::requireNonNull).toList()),
              (int) node.intAttribute("axis", 1));
      case "Flatten" -> x.reshape(x.getShape().get(0), -1);
      case "Reshape" -> x.reshape(new Shape(reshaped(x.getShape(), constant(node, 1).toLongs())));
      case "Transpose" ->
          x.transpose(
              node.intsAttribute("perm", List.of()).stream().mapToInt(Long::intValue).toArray());
      case "Expand" -> x.add(x.getManager().zeros(new Shape(images, 1, 1)));
      case "Gather" -> x.get(new NDIndex(":, " + constant(node, 1).toLongs()[0]));
      case "Dropout" -> x;
      case "Softmax" -> node.output().equals(model.output().name()) ? x : x.softmax(-1);
      default -> throw new IllegalStateException("Expected a known operator, found " + node);
    };
  }

  private static long[] reshaped(Shape from, long... wanted) {
    long[] dims = wanted.clone();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = dims[i] == 0 ? from.get(i) : dims[i];
    }
    return dims;
  }

  private Tensor constant(Node node, int input) {
    return requireNonNull(model.initializers().get(node.inputs().get(input)), node.toString());
  }

  private float number(Node node, int input) {
    return constant(node, input).toFloats()[0];
  }

  private static NDArray normalizeTokens(Node node, NDArray x, List<@Nullable NDArray> in) {
    NDArray scale = requireNonNull(in.get(1));
    return LayerNorm.layerNorm(
            x,
            scale.getShape(),
            scale,
            requireNonNull(in.get(2)),
            node.floatAttribute("epsilon", 1e-5f))
        .singletonOrThrow();
  }

  private static NDArray normalizeBatch(Node node, List<@Nullable NDArray> in, boolean training) {
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

  private static NDArray convolve(Node node, NDArray x, List<@Nullable NDArray> in) {
    @Nullable NDArray bias = in.size() > 2 ? in.get(2) : null;
    NDArray kernel = requireNonNull(in.get(1));
    int group = (int) node.intAttribute("group", 1);
    Shape pads = pads(node);
    NDArray padded = x;
    if (group > 1 && kernel.getShape().get(2) > x.getShape().get(2)) {
      // The engine's gradient of a depthwise convolution larger than its plane is not finite.
      padded = x.pad(new Shape(pads.get(1), pads.get(1), pads.get(0), pads.get(0)), 0);
      pads = new Shape(0, 0);
    }
    return Conv2d.conv2d(padded, kernel, bias, strides(node), pads, new Shape(1, 1), group)
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
