package io.github.calib8.networks;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;

/**
 * A network to build: which topology, how wide, for which input, with which weights. An immutable
 * value, thread-safe.
 *
 * <pre>{@code
 * OnnxModel model = NetworkSpec.of(Architecture.RESNET50).withWeights(WeightSource.he(1)).toModel();
 * }</pre>
 *
 * @param architecture the topology
 * @param width the factor on every layer's channels; below 1 they are rounded to multiples of 16,
 *     which integer kernels want
 * @param hidden the units of each hidden fully connected layer (AlexNet and VGG)
 * @param inputSize the edge of the square input, in pixels
 * @param classes the number of classes
 * @param weights where the weights come from
 */
public record NetworkSpec(
    Architecture architecture,
    double width,
    int hidden,
    int inputSize,
    int classes,
    WeightSource weights) {

  /** The name of the input, [N, 3, size, size] float32. */
  public static final String INPUT = "data";

  /** The name of the output, [N, classes] float32, probabilities. */
  public static final String OUTPUT = "prob";

  private static final int CHANNEL_MULTIPLE = 16;
  private static final int FULL_HIDDEN = 4096;
  private static final int FULL_CLASSES = 1000;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public NetworkSpec {
    if (!(width > 0) || hidden < 1 || inputSize < 1 || classes < 1) {
      throw new IllegalArgumentException(
          "Expected positive sizes, found width %s, hidden %s, input %s, classes %s"
              .formatted(width, hidden, inputSize, classes));
    }
  }

  /**
   * The original's full size, with He-initialized weights of seed 0.
   *
   * @param architecture the topology
   * @return 1000 classes at 224 or 227 pixels
   */
  public static NetworkSpec of(Architecture architecture) {
    return new NetworkSpec(
        architecture, 1, FULL_HIDDEN, architecture.inputSize(), FULL_CLASSES, WeightSource.he(0));
  }

  /**
   * Changes the width.
   *
   * @param newWidth the factor on every layer's channels
   * @return a new spec
   */
  public NetworkSpec withWidth(double newWidth) {
    return new NetworkSpec(architecture, newWidth, hidden, inputSize, classes, weights);
  }

  /**
   * Changes the hidden fully connected layers.
   *
   * @param newHidden the units of each
   * @return a new spec
   */
  public NetworkSpec withHidden(int newHidden) {
    return new NetworkSpec(architecture, width, newHidden, inputSize, classes, weights);
  }

  /**
   * Changes the input.
   *
   * @param newInputSize the edge in pixels
   * @return a new spec
   */
  public NetworkSpec withInputSize(int newInputSize) {
    return new NetworkSpec(architecture, width, hidden, newInputSize, classes, weights);
  }

  /**
   * Changes the classes.
   *
   * @param newClasses how many
   * @return a new spec
   */
  public NetworkSpec withClasses(int newClasses) {
    return new NetworkSpec(architecture, width, hidden, inputSize, newClasses, weights);
  }

  /**
   * Changes where the weights come from.
   *
   * @param newWeights the source
   * @return a new spec
   */
  public NetworkSpec withWeights(WeightSource newWeights) {
    return new NetworkSpec(architecture, width, hidden, inputSize, classes, newWeights);
  }

  /**
   * Builds the model.
   *
   * @return input {@value #INPUT}, output {@value #OUTPUT}, any batch size
   * @throws IllegalArgumentException if the input is too small for the topology
   */
  public OnnxModel toModel() {
    GraphBuilder graph = GraphBuilder.create(architecture.id()).opset("", architecture.opset());
    long edge = inputSize;
    graph.input(new ValueInfo(INPUT, DataType.FLOAT, List.of(ValueInfo.SYMBOLIC, 3L, edge, edge)));
    Layers layers = new Layers(graph, weights);
    Feature logits = architecture.write(layers, this);
    layers.softmax(OUTPUT, logits);
    graph.output(
        new ValueInfo(OUTPUT, DataType.FLOAT, List.of(ValueInfo.SYMBOLIC, (long) classes)));
    return graph.build();
  }

  /**
   * Counts what the network costs, by building it.
   *
   * @return its parameters and multiply-adds
   * @throws IllegalArgumentException if the input is too small for the topology
   */
  public NetworkSize size() {
    Layers layers = new Layers(GraphBuilder.create(architecture.id()), weights);
    architecture.write(layers, this);
    return layers.size();
  }

  /** Returns the input as a feature. */
  Feature input() {
    return new Feature(INPUT, 3, inputSize);
  }

  /** Scales a number of channels of the original. */
  int channels(int original) {
    if (width == 1) {
      return original;
    }
    long multiples = Math.round(original * width / CHANNEL_MULTIPLE);
    return (int) Math.max(1, multiples) * CHANNEL_MULTIPLE;
  }
}
