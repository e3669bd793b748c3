package io.github.calib8.calibration;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which tensors of a graph hold one image behind the other, as the input does.
 *
 * <p>Nearly all do, in any layout with the images outermost; not so behind a transposition that
 * moves the images inwards, as exporters of attention write it. What an operator that is not known
 * here makes counts as mixed.
 */
final class DividedTensors {
  /** Their output is divided where their first input is, whatever the others are. */
  private static final Set<String> LIKE_FIRST =
      Set.of(
          "Conv",
          "ConvTranspose",
          "MaxPool",
          "AveragePool",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "LRN",
          "BatchNormalization",
          "InstanceNormalization",
          "LayerNormalization",
          "Relu",
          "LeakyRelu",
          "PRelu",
          "Elu",
          "Selu",
          "Celu",
          "Gelu",
          "Mish",
          "Sigmoid",
          "HardSigmoid",
          "HardSwish",
          "Tanh",
          "Softplus",
          "Softsign",
          "Erf",
          "Exp",
          "Log",
          "Sqrt",
          "Neg",
          "Abs",
          "Reciprocal",
          "Clip",
          "Cast",
          "Identity",
          "Dropout",
          "Softmax",
          "Flatten",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "DepthToSpace",
          "SpaceToDepth",
          "Resize");

  /** Their output is divided where all their inputs are that are no constants. */
  private static final Set<String> LIKE_ALL =
      Set.of("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum", "MatMul");

  /** Axes other than the images'. */
  private static final Set<Long> WITHIN_IMAGE = Set.of(1L, 2L, 3L, -1L, -2L);

  private static final int IMAGES = 0;

  private DividedTensors() {}

  /** Their names; a constant is none. */
  static Set<String> of(OnnxModel model) {
    Set<String> divided = new HashSet<>();
    Set<String> variable = new HashSet<>();
    model.inputs().forEach(input -> variable.add(input.name()));
    variable.removeAll(model.initializers().keySet());
    divided.addAll(variable);
    for (Node node : model.nodes()) {
      List<String> inputs = node.inputs().stream().filter(variable::contains).toList();
      if (inputs.isEmpty()) {
        continue; // Makes a constant.
      }
      variable.addAll(node.outputs());
      if (node.domain().isEmpty() && divides(node, inputs, divided)) {
        divided.addAll(node.outputs());
      }
    }
    return divided;
  }

  private static boolean divides(Node node, List<String> variable, Set<String> divided) {
    boolean first = divided.contains(node.inputs().get(0));
    return switch (node.opType()) {
      case "Concat" ->
          WITHIN_IMAGE.contains(node.intAttribute("axis", IMAGES)) && divided.containsAll(variable);
      case "Split", "Gather" -> first && WITHIN_IMAGE.contains(node.intAttribute("axis", IMAGES));
      case "Gemm" -> first && node.intAttribute("transA", 0) == 0;
      case "Transpose" -> first && keepsOutermost(node);
      case "ReduceMean", "ReduceMax", "ReduceSum" -> first && reducesWithinImages(node);
      default ->
          LIKE_FIRST.contains(node.opType()) && first
              || LIKE_ALL.contains(node.opType()) && divided.containsAll(variable);
    };
  }

  private static boolean keepsOutermost(Node transpose) {
    List<Long> axes = transpose.intsAttribute("perm", List.of());
    return !axes.isEmpty() && axes.get(0) == IMAGES;
  }

  private static boolean reducesWithinImages(Node reduction) {
    List<Long> axes = reduction.intsAttribute("axes", List.of());
    return !axes.isEmpty() && WITHIN_IMAGE.containsAll(axes);
  }
}
