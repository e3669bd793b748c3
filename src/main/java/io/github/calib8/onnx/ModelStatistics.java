package io.github.calib8.onnx;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How large a model is, and how much it computes for an image.
 *
 * <p>Immutable and thread-safe.
 *
 * @param parameters the trained numbers: the elements of all constants but integers of 64 bits
 *     (shapes), the statistics of BatchNormalization, the scales and zero points of quantization,
 *     and the settings of operators, such as the ratio of Dropout and the bounds of Clip
 * @param multiplyAdds the products that convolutions and matrix products sum up for an image,
 *     products of two activations among them, biases not counted; empty if a shape is not known
 * @param operators how often each operator occurs, in alphabetical order
 */
public record ModelStatistics(
    long parameters, OptionalLong multiplyAdds, SortedMap<String, Integer> operators) {
  /** Copies the map. */
  public ModelStatistics {
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
  }

  /**
   * The tensors whose shapes decide the number of multiply-adds, as far as the model does not tell
   * them.
   *
   * @param model any model
   * @return their names, in the model's order
   */
  public static List<String> measuredTensors(OnnxModel model) {
    Set<String> floats = FloatTensors.of(model);
    return measuredTensors(model, model.nodes()).stream().filter(floats::contains).toList();
  }

  /**
   * The tensors, of any type, whose shapes decide the number of multiply-adds of some nodes.
   *
   * @param model any model
   * @param nodes some of its nodes
   * @return their names, in the nodes' order, without those of constants and of inputs
   */
  public static List<String> measuredTensors(OnnxModel model, Collection<Node> nodes) {
    Set<String> asked = new LinkedHashSet<>();
    for (Node node : nodes) {
      // Any shape will do to see which tensors' shapes the count depends on.
      OperatorTraits.of(node)
          .multiplyAdds(
              node,
              tensor -> {
                asked.add(tensor);
                return Optional.of(List.of());
              });
    }
    return asked.stream()
        .filter(tensor -> model.producer(tensor).isPresent())
        .filter(tensor -> StoredConstant.of(model, tensor).isEmpty())
        .toList();
  }

  /**
   * Counts.
   *
   * @param model any model
   * @param shapes the dimensions of {@link #measuredTensors} and of the input for a batch of any
   *     size, as far as they are known
   * @return its statistics
   */
  public static ModelStatistics of(OnnxModel model, Map<String, List<Long>> shapes) {
    SortedMap<String, Integer> operators = new TreeMap<>();
    for (Node node : model.nodes()) {
      operators.merge(node.qualifiedType(), 1, Integer::sum);
    }
    long parameters =
        model.initializers().values().stream()
            .filter(tensor -> isTrained(model, tensor))
            .mapToLong(Tensor::elements)
            .sum();
    return new ModelStatistics(parameters, multiplyAdds(model, model.nodes(), shapes), operators);
  }

  private static boolean isTrained(OnnxModel model, Tensor tensor) {
    return tensor.type() != DataType.INT64
        && model.consumers(tensor.name()).stream()
            .noneMatch(
                node -> OperatorTraits.of(node).isSetting(node.inputs().indexOf(tensor.name())));
  }

  /**
   * Counts the products that some nodes sum up for an image.
   *
   * @param model any model
   * @param nodes some of its nodes
   * @param shapes as for {@link #of}
   * @return their number; empty if a shape is not known, or there are products in a subgraph, which
   *     may run any number of times
   */
  public static OptionalLong multiplyAdds(
      OnnxModel model, Collection<Node> nodes, Map<String, List<Long>> shapes) {
    long sum = 0;
    for (Node node : nodes) {
      if (!productsWithin(node).isEmpty()) {
        return OptionalLong.empty();
      }
      OptionalLong products =
          OperatorTraits.of(node).multiplyAdds(node, tensor -> shape(model, tensor, shapes));
      if (products.isEmpty()) {
        return OptionalLong.empty();
      }
      sum += products.getAsLong();
    }
    return OptionalLong.of(sum / batch(model, shapes));
  }

  /**
   * The convolutions and matrix products in the subgraphs of a node (as of If, Loop and Scan).
   *
   * @param node any node
   * @return the nodes, without their attributes
   */
  public static List<Node> productsWithin(Node node) {
    return node.nodesWithin().stream()
        .filter(inner -> OperatorTraits.of(inner).kind().isProduct())
        .toList();
  }

  private static long batch(OnnxModel model, Map<String, List<Long>> shapes) {
    return model.inputs().stream()
        .flatMap(input -> Optional.ofNullable(shapes.get(input.name())).stream())
        .flatMap(dims -> dims.stream().limit(1))
        .findFirst()
        .orElse(1L);
  }

  private static Optional<List<Long>> shape(
      OnnxModel model, String tensor, Map<String, List<Long>> shapes) {
    return StoredConstant.of(model, tensor)
        .map(Tensor::dims)
        .or(() -> Optional.ofNullable(shapes.get(tensor)));
  }
}
