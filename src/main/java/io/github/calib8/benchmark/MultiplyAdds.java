package io.github.calib8.benchmark;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.util.List;
import java.util.Map;

/** Counts the multiplications of a network: those by weights, which is where the work is. */
final class MultiplyAdds {
  private MultiplyAdds() {}

  /**
   * Counts.
   *
   * @param model the graph
   * @param sizes values an image, of each tensor that is not a weight
   * @return multiplications, each with an addition, for one image
   */
  static long of(OnnxModel model, Map<String, Long> sizes) {
    long sum = 0;
    for (Node node : model.nodes()) {
      Tensor weights = node.input(1).map(model.initializers()::get).orElse(null);
      if (weights != null) {
        sum += sizes.getOrDefault(node.output(), 0L) * factors(node, weights);
      }
    }
    return sum;
  }

  /** The weights that go into one value of the output. */
  private static long factors(Node node, Tensor weights) {
    List<Long> dims = weights.dims();
    return switch (node.opType()) {
      case "Conv" -> weights.elements() / dims.get(0);
      case "Gemm" -> dims.get(node.intAttribute("transB", 0) == 0 ? 0 : 1);
      case "MatMul" -> dims.get(Math.max(0, dims.size() - 2));
      default -> 0;
    };
  }
}
