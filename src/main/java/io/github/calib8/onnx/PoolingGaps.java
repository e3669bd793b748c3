package io.github.calib8.onnx;

import io.github.calib8.work.Internal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Average pooling whose windows have gaps (dilations), which operator set 19 has brought.
 *
 * <p>ONNX Runtime makes an integer kernel of every such pooling between DequantizeLinear and
 * QuantizeLinear, and then refuses it, because that kernel knows no dilations: not even those of 1,
 * which say nothing.
 */
@Internal
public final class PoolingGaps {
  private static final String DILATIONS = "dilations";

  private PoolingGaps() {}

  /** Leaves out dilations of 1. */
  static OnnxModel simplify(OnnxModel model) {
    GraphBuilder graph = model.edit();
    for (Node node : model.nodes()) {
      if (isAveragePooling(node)
          && node.attributes().containsKey(DILATIONS)
          && !OperatorTraits.of(node).hasGaps(node)) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.remove(DILATIONS);
        graph.replace(
            node,
            new Node(
                node.name(),
                node.opType(),
                node.domain(),
                node.inputs(),
                node.outputs(),
                attributes));
      }
    }
    return graph.build();
  }

  /**
   * Keeps the engine from making integer kernels of pooling with gaps: the maximum of what it makes
   * and of the least number, which changes nothing, stands between it and its readers.
   *
   * @param model any model
   * @return the same function; the pooling's output has its name behind the maximum
   */
  public static OnnxModel guard(OnnxModel model) {
    GraphBuilder graph = model.edit();
    for (Node node : model.nodes()) {
      if (isAveragePooling(node) && OperatorTraits.of(node).hasGaps(node)) {
        String output = node.output();
        String pooled = graph.uniqueName(output + "_pooled");
        String least =
            graph.initializer(
                Tensor.floats(graph.uniqueName(output + "_least"), List.of(), -Float.MAX_VALUE));
        graph.replace(node, node.withOutputs(List.of(pooled)));
        graph.node(
            new Node(
                graph.uniqueName(output + "_guard"),
                "Max",
                "",
                List.of(pooled, least),
                List.of(output),
                Map.of()));
      }
    }
    return graph.build();
  }

  private static boolean isAveragePooling(Node node) {
    return OperatorTraits.of(node).kind() == OperatorKind.AVERAGE_POOLING;
  }
}
