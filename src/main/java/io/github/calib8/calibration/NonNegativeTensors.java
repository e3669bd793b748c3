package io.github.calib8.calibration;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Rectifier;
import java.util.HashSet;
import java.util.Set;

/**
 * Which tensors of a graph can never be negative, whatever the images: what a symmetric range from
 * elsewhere does not tell.
 */
final class NonNegativeTensors {
  private static final Set<String> ALWAYS = Set.of("Sigmoid", "HardSigmoid", "Softmax", "Abs");

  /** Non-negative where all of their inputs are; LRN divides by a positive number. */
  private static final Set<String> KEEPING =
      Set.of("Add", "Sum", "Mul", "Concat", "LRN", "AveragePool", "GlobalAveragePool");

  private NonNegativeTensors() {}

  static Set<String> of(OnnxModel model) {
    Set<String> tensors = new HashSet<>();
    for (Node node : model.nodes()) {
      if (isNonNegative(model, node, tensors)) {
        tensors.add(node.output());
      }
    }
    return tensors;
  }

  private static boolean isNonNegative(OnnxModel model, Node node, Set<String> known) {
    if (!node.domain().isEmpty()) {
      return false;
    }
    if (ObservationPoints.passesThrough(node)) {
      return known.contains(node.inputs().get(0));
    }
    return ALWAYS.contains(node.opType())
        || Rectifier.of(model, node).isPresent()
        || KEEPING.contains(node.opType()) && known.containsAll(node.inputs());
  }
}
