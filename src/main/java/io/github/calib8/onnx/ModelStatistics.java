package io.github.calib8.onnx;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
 * @param multiplyAdds the products that Conv, Gemm and MatMul with constant weights sum up, biases
 *     not counted; empty if other MatMul are among them, or if a size is not known
 * @param operators how often each operator occurs, in alphabetical order
 */
public record ModelStatistics(
    long parameters, OptionalLong multiplyAdds, SortedMap<String, Integer> operators) {

  /** Copies the map. */
  public ModelStatistics {
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
  }

  /**
   * The tensors whose sizes decide the number of multiply-adds: the outputs of Conv, Gemm and
   * MatMul.
   *
   * @param model any model
   * @return their names, in the model's order
   */
  public static List<String> weightedTensors(OnnxModel model) {
    return model.nodes().stream().filter(ModelStatistics::isWeighted).map(Node::output).toList();
  }

  /**
   * Counts.
   *
   * @param model any model
   * @param elements the number of elements of each of {@link #weightedTensors} for a batch of 1, as
   *     far as they are known
   * @return its statistics
   */
  public static ModelStatistics of(OnnxModel model, Map<String, Long> elements) {
    SortedMap<String, Integer> operators = new TreeMap<>();
    for (Node node : model.nodes()) {
      String domain = node.domain().isEmpty() ? "" : node.domain() + ".";
      operators.merge(domain + node.opType(), 1, Integer::sum);
    }
    long parameters =
        model.initializers().values().stream()
            .filter(tensor -> isTrained(model, tensor))
            .mapToLong(Tensor::elements)
            .sum();
    return new ModelStatistics(parameters, multiplyAdds(model, elements), operators);
  }

  private static boolean isWeighted(Node node) {
    return node.is("Conv") || node.is("Gemm") || node.is("MatMul");
  }

  private static boolean isTrained(OnnxModel model, Tensor tensor) {
    return tensor.type() != DataType.INT64
        && model.consumers(tensor.name()).stream()
            .noneMatch(node -> isSetting(node, node.inputs().indexOf(tensor.name())));
  }

  private static boolean isSetting(Node node, int input) {
    return switch (node.opType()) {
      case "BatchNormalization" -> input >= 3;
      case "QuantizeLinear", "DequantizeLinear", "Dropout", "Clip", "Resize", "Pad" -> input >= 1;
      default -> false;
    };
  }

  private static OptionalLong multiplyAdds(OnnxModel model, Map<String, Long> elements) {
    long sum = 0;
    for (Node node : model.nodes()) {
      if (isWeighted(node)) {
        Long outputs = elements.get(node.output());
        Optional<Tensor> weights = weights(model, node);
        if (outputs == null || weights.isEmpty()) {
          return OptionalLong.empty();
        }
        sum += outputs * summands(node, weights.orElseThrow());
      }
    }
    return OptionalLong.of(sum);
  }

  /** The constant weights, possibly behind the operator that turns integers into numbers. */
  private static Optional<Tensor> weights(OnnxModel model, Node node) {
    String name = node.input(1).orElse("");
    return Optional.ofNullable(model.initializers().get(name))
        .or(
            () ->
                model
                    .producer(name)
                    .filter(producer -> producer.is("DequantizeLinear"))
                    .map(producer -> model.initializers().get(producer.inputs().get(0))))
        .filter(weights -> weights.dims().size() >= 2);
  }

  /** The products in each element of the output. */
  private static long summands(Node node, Tensor weights) {
    List<Long> dims = weights.dims();
    if (node.is("Conv")) {
      return weights.elements() / Math.max(1, dims.get(0));
    }
    boolean transposed = node.is("Gemm") && node.intAttribute("transB", 0) != 0;
    return dims.get(dims.size() - (transposed ? 1 : 2));
  }
}
