package io.github.calib8.networks;

import io.github.calib8.networks.WeightSource.Role;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes layers with their weights into a graph, following the shapes. Not thread-safe.
 *
 * <p>Every layer is named as in Caffe and makes a tensor of its name; its weights are the name with
 * a suffix.
 */
final class Layers {
  private static final float LRN_ALPHA = 1e-4f;
  private static final float LRN_BETA = 0.75f;
  private static final long LRN_SIZE = 5;
  private static final float EPSILON = 1e-5f;

  private final GraphBuilder graph;
  private final WeightSource weights;
  private long parameters;
  private long multiplyAdds;

  Layers(GraphBuilder graph, WeightSource weights) {
    this.graph = graph;
    this.weights = weights;
  }

  /**
   * How a window moves.
   *
   * @param kernel its edge
   * @param stride its step
   * @param pad the border on every side
   */
  record Window(int kernel, int stride, int pad) {

    /** A window that halves the size. */
    static Window halving(int kernel) {
      return new Window(kernel, 2, kernel / 2);
    }

    /** A window that keeps the size. */
    static Window same(int kernel) {
      return new Window(kernel, 1, kernel / 2);
    }

    private int outputSize(int size, boolean ceil) {
      int steps = size + 2 * pad - kernel;
      if (steps < 0) {
        throw new IllegalArgumentException(
            "Expected at least %s pixels under a window of %s, found %s: the input is too small"
                .formatted(kernel - 2 * pad, kernel, size));
      }
      int output = (ceil ? (steps + stride - 1) / stride : steps / stride) + 1;
      // Caffe and ONNX drop a last window that would start in the padding.
      return ceil && (output - 1) * stride >= size + pad ? output - 1 : output;
    }

    private Map<String, Attribute> attributes() {
      Map<String, Attribute> attributes = new LinkedHashMap<>();
      attributes.put("kernel_shape", Attribute.ints(kernel, kernel));
      attributes.put("strides", Attribute.ints(stride, stride));
      attributes.put("pads", Attribute.ints(pad, pad, pad, pad));
      return attributes;
    }
  }

  /** Convolution with a bias and ReLU. */
  Feature convRelu(String name, Feature in, int out, Window window) {
    return relu(name, conv(name, in, out, window, 1));
  }

  /** Convolution in groups with a bias. */
  Feature conv(String name, Feature in, int out, Window window, int groups) {
    String bias = weight(name + "_b", Role.SHIFT, out);
    return conv(name, in, out, window, groups, Stream.of(bias));
  }

  /** Convolution without a bias, followed by BatchNormalization. */
  Feature convNorm(String name, Feature in, int out, Window window, Role scale) {
    return norm(name, conv(name, in, out, window, 1, Stream.empty()), scale);
  }

  /** Convolution of each channel by itself without a bias, followed by BatchNormalization. */
  Feature depthwiseNorm(String name, Feature in, Window window) {
    int channels = in.channels();
    return norm(name, conv(name, in, channels, window, channels, Stream.empty()), Role.SCALE);
  }

  private Feature norm(String name, Feature conv, Role scale) {
    int out = conv.channels();
    String norm = name + "_bn";
    List<String> inputs =
        List.of(
            conv.tensor(),
            weight(norm + "_scale", scale, out),
            weight(norm + "_shift", Role.SHIFT, out),
            weight(norm + "_mean", Role.MEAN, out),
            weight(norm + "_var", Role.VARIANCE, out));
    node("BatchNormalization", inputs, norm, Map.of("epsilon", Attribute.of(EPSILON)));
    return new Feature(norm, out, conv.size());
  }

  private Feature conv(
      String name, Feature in, int out, Window window, int groups, Stream<String> bias) {
    String kernel =
        weight(name + "_w", Role.KERNEL, out, in.channels() / groups, window.kernel, window.kernel);
    Map<String, Attribute> attributes = window.attributes();
    attributes.put("group", Attribute.of((long) groups));
    List<String> inputs = Stream.concat(Stream.of(in.tensor(), kernel), bias).toList();
    node("Conv", inputs, name, attributes);
    int size = window.outputSize(in.size(), false);
    long each = (long) in.channels() / groups * window.kernel * window.kernel;
    multiplyAdds += each * out * size * size;
    return new Feature(name, out, size);
  }

  /** ReLU; the tensor is named after the layer before it. */
  Feature relu(String layer, Feature in) {
    return node("Relu", in, layer + "_relu", Map.of());
  }

  /** An activation; its tensors are named after the layer before it. */
  Feature activation(String layer, Feature in, Activation activation) {
    return switch (activation) {
      case NONE -> in;
      case RELU -> relu(layer, in);
      case RELU6 -> {
        String low = constant(layer + "_low", 0);
        String high = constant(layer + "_high", 6);
        yield node("Clip", in, layer + "_relu6", Map.of(), low, high);
      }
      case HARD_SWISH -> node("HardSwish", in, layer + "_hswish", Map.of());
      case SILU -> multiply(layer + "_silu", in, gate(layer, in, true));
    };
  }

  /** A number in [0, 1] for each value: the logistic function, or straight lines close to it. */
  Feature gate(String layer, Feature in, boolean smooth) {
    if (smooth) {
      return node("Sigmoid", in, layer + "_sigmoid", Map.of());
    }
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("alpha", Attribute.of(1 / 6f));
    attributes.put("beta", Attribute.of(0.5f));
    return node("HardSigmoid", in, layer + "_hsigmoid", attributes);
  }

  /** The product of a feature and one of its shape, or one with a value a channel. */
  Feature multiply(String name, Feature in, Feature by) {
    return node("Mul", in, name, Map.of(), by.tensor());
  }

  /** Normalization across channels, with AlexNet's constants. */
  Feature lrn(String name, Feature in) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("alpha", Attribute.of(LRN_ALPHA));
    attributes.put("beta", Attribute.of(LRN_BETA));
    attributes.put("bias", Attribute.of(1f));
    attributes.put("size", Attribute.of(LRN_SIZE));
    return node("LRN", in, name, attributes);
  }

  /** Maximum pooling that rounds the size up. */
  Feature maxPool(String name, Feature in, Window window) {
    Map<String, Attribute> attributes = window.attributes();
    attributes.put("ceil_mode", Attribute.of(1L));
    node("MaxPool", List.of(in.tensor()), name, attributes);
    return new Feature(name, in.channels(), window.outputSize(in.size(), true));
  }

  /** Average pooling over the whole plane, written with a kernel, as GoogLeNet's is. */
  Feature averagePool(String name, Feature in) {
    node("AveragePool", List.of(in.tensor()), name, new Window(in.size(), 1, 0).attributes());
    return new Feature(name, in.channels(), 1);
  }

  /** Average pooling over the whole plane, whatever its size. */
  Feature globalAveragePool(String name, Feature in) {
    node("GlobalAveragePool", List.of(in.tensor()), name, Map.of());
    return new Feature(name, in.channels(), 1);
  }

  /** Concatenation of channels. */
  Feature concat(String name, List<Feature> parts) {
    node("Concat", parts.stream().map(Feature::tensor).toList(), name, Map.of("axis", axis()));
    int channels = parts.stream().mapToInt(Feature::channels).sum();
    return new Feature(name, channels, parts.get(0).size());
  }

  /** The sum of two features of one shape. */
  Feature add(String name, Feature a, Feature b) {
    node("Add", List.of(a.tensor(), b.tensor()), name, Map.of());
    return new Feature(name, a.channels(), a.size());
  }

  /** Dropout, which does nothing at inference. */
  Feature dropout(String name, Feature in, float ratio) {
    return node("Dropout", in, name, Map.of(), constant(name + "_ratio", ratio));
  }

  /** All values of an image in one vector. */
  Feature flatten(String name, Feature in) {
    node("Flatten", List.of(in.tensor()), name, Map.of("axis", axis()));
    return new Feature(name, in.elements(), 0);
  }

  /** Fully connected layer of a vector. */
  Feature dense(String name, Feature in, int out) {
    String kernel = weight(name + "_w", Role.KERNEL, out, in.channels());
    String bias = weight(name + "_b", Role.SHIFT, out);
    List<String> inputs = List.of(in.tensor(), kernel, bias);
    multiplyAdds += (long) out * in.channels();
    node("Gemm", inputs, name, Map.of("transB", Attribute.of(1L)));
    return new Feature(name, out, 0);
  }

  /** Probabilities. */
  void softmax(String name, Feature in) {
    node("Softmax", List.of(in.tensor()), name, Map.of("axis", axis()));
  }

  /** Returns the cost of everything written so far. */
  NetworkSize size() {
    return new NetworkSize(parameters, multiplyAdds);
  }

  private static Attribute axis() {
    return Attribute.of(1L);
  }

  /** Counts multiplications of a layer that another class writes. */
  void multiplyAdds(long more) {
    multiplyAdds += more;
  }

  /** Adds a number that is not trained. */
  String constant(String name, float value) {
    return initializer(Tensor.floats(name, List.of(), value));
  }

  /** Adds a tensor that is not trained. */
  String initializer(Tensor tensor) {
    return graph.initializer(tensor);
  }

  /** Adds a trained tensor. */
  String weight(String name, Role role, int... dims) {
    List<Long> sizes = new ArrayList<>();
    for (int dim : dims) {
      sizes.add((long) dim);
    }
    Tensor tensor = weights.weights(name, sizes, role);
    if (role != Role.MEAN && role != Role.VARIANCE) {
      parameters += tensor.elements();
    }
    return graph.initializer(tensor);
  }

  private Feature node(
      String op, Feature in, String out, Map<String, Attribute> attributes, String... others) {
    List<String> inputs = Stream.concat(Stream.of(in.tensor()), Stream.of(others)).toList();
    node(op, inputs, out, attributes);
    return new Feature(out, in.channels(), in.size());
  }

  /** Adds an operator; returns its output. */
  String node(String op, List<String> inputs, String output, Map<String, Attribute> attributes) {
    node(op, inputs, List.of(output), attributes);
    return output;
  }

  /** Adds an operator of several outputs. */
  void node(
      String op, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
    graph.node(new Node(outputs.get(0), op, "", inputs, outputs, attributes));
  }
}
