package io.github.calib8.calibration;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Rectifier;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which tensors of a graph can never be negative, whatever the images: what a symmetric range from
 * elsewhere does not tell.
 */
final class NonNegativeTensors {
  private NonNegativeTensors() {}

  static Set<String> of(OnnxModel model) {
    Set<String> tensors = new HashSet<>();
    for (Node node : model.nodes()) {
      if (isNonNegative(model, node, tensors)) {
        tensors.addAll(
            OperatorTraits.of(node).areOutputsAlike() ? node.outputs() : List.of(node.output()));
      }
    }
    return tensors;
  }

  private static boolean isNonNegative(OnnxModel model, Node node, Set<String> known) {
    OperatorTraits traits = OperatorTraits.of(node);
    return traits.isNeverNegative()
        || Rectifier.of(model, node).isPresent()
        || traits.keepsNonNegative() && known.containsAll(traits.dataInputs(node));
  }
}
