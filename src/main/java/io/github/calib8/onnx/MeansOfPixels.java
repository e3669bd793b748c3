package io.github.calib8.onnx;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes ReduceMean over the pixels of an image as GlobalAveragePool, which engines have integer
 * kernels for, and a Flatten where the dimensions are dropped.
 */
final class MeansOfPixels {
  private static final Set<Long> PIXELS = Set.of(2L, 3L);
  private static final int IMAGE_RANK = 4;

  private MeansOfPixels() {}

  static OnnxModel apply(OnnxModel model) {
    ImageTensors images = ImageTensors.of(model);
    GraphBuilder graph = model.edit();
    for (Node node : model.nodes()) {
      if (node.is("ReduceMean")
          && images.contains(node.inputs().get(0))
          && axes(model, node).filter(PIXELS::equals).isPresent()) {
        rewrite(graph, node);
      }
    }
    return graph.build();
  }

  /** Empty where the axes are computed; all of them where none is given. */
  private static Optional<Set<Long>> axes(OnnxModel model, Node node) {
    List<Long> axes = node.intsAttribute("axes", List.of());
    if (node.input(1).isPresent()) {
      Tensor constant = model.initializers().get(node.inputs().get(1));
      if (constant == null || constant.type() != DataType.INT64) {
        return Optional.empty();
      }
      axes = Arrays.stream(constant.toLongs()).boxed().toList();
    }
    Set<Long> counted = new HashSet<>();
    axes.forEach(axis -> counted.add(axis < 0 ? axis + IMAGE_RANK : axis));
    return Optional.of(counted);
  }

  private static void rewrite(GraphBuilder graph, Node mean) {
    String made = mean.output();
    String input = mean.inputs().get(0);
    graph.remove(mean);
    if (mean.intAttribute("keepdims", 1) != 0) {
      graph.node("GlobalAveragePool", List.of(input), made, Map.of());
    } else {
      String pooled = graph.uniqueName(made + "_pooled");
      graph.node("GlobalAveragePool", List.of(input), pooled, Map.of());
      graph.node("Flatten", List.of(pooled), made, Map.of("axis", Attribute.of(1)));
    }
  }
}
