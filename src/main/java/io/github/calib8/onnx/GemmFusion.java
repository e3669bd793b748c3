package io.github.calib8.onnx;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Joins a matrix product with constant weights and the constant bias that is added to it.
 *
 * <p>Engines do so as well, but only once the weights are integers, when the bias can no longer
 * become one.
 */
final class GemmFusion {
  private GemmFusion() {}

  static OnnxModel apply(OnnxModel model) {
    Ranks ranks = Ranks.of(model);
    GraphBuilder builder = model.edit();
    for (Node add : model.nodes()) {
      if (add.is("Add")) {
        product(model, ranks, add).ifPresent(product -> fuse(builder, model, product, add));
      }
    }
    return builder.build();
  }

  /** The product of matrices that nothing but the given node reads. */
  private static Optional<Node> product(OnnxModel model, Ranks ranks, Node add) {
    return add.inputs().stream()
        .flatMap(input -> model.producer(input).stream())
        .filter(node -> node.is("MatMul") && ranks.isMatrix(node.output()))
        .filter(node -> model.consumers(node.output()).size() == 1)
        .filter(node -> !model.isOutput(node.output()))
        .findFirst();
  }

  private static void fuse(GraphBuilder builder, OnnxModel model, Node product, Node add) {
    String other = add.inputs().get(add.inputs().get(0).equals(product.output()) ? 1 : 0);
    Tensor weights = model.initializers().get(product.inputs().get(1));
    Tensor bias = model.initializers().get(other);
    if (weights == null || bias == null || !isRow(bias, weights.dims().get(1))) {
      return;
    }
    String row =
        bias.dims().size() == 1
            ? other
            : builder.initializer(
                Tensor.floats(
                    builder.uniqueName(other + "_row"), List.of(bias.elements()), bias.toFloats()));
    builder.remove(product).remove(add);
    builder.node(
        new Node(
            product.name(),
            "Gemm",
            "",
            List.of(product.inputs().get(0), product.inputs().get(1), row),
            add.outputs(),
            Map.of()));
  }

  /** [C] or [1,C]. */
  private static boolean isRow(Tensor bias, long columns) {
    int rank = bias.dims().size();
    return bias.type() == DataType.FLOAT
        && bias.elements() == columns
        && (rank == 1 || rank == 2)
        && bias.dims().get(rank - 1) == columns;
  }
}
