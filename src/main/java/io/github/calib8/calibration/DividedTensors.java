package io.github.calib8.calibration;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which tensors of a graph hold one image behind the other, as the input does.
 *
 * <p>Nearly all do, in any layout with the images outermost; not so behind a transposition that
 * moves the images inwards, as exporters of attention write it. What an operator that is not known
 * makes counts as mixed.
 */
final class DividedTensors {
  private DividedTensors() {}

  /** Their names; a constant is none. */
  static Set<String> of(OnnxModel model) {
    Set<String> divided = new HashSet<>();
    Set<String> variable = new HashSet<>();
    model.inputs().forEach(input -> variable.add(input.name()));
    variable.removeAll(model.initializers().keySet());
    divided.addAll(variable);
    for (Node node : model.nodes()) {
      if (node.inputs().stream().noneMatch(variable::contains)) {
        continue; // Makes a constant.
      }
      variable.addAll(node.outputs());
      OperatorTraits traits = OperatorTraits.of(node);
      List<String> data = traits.dataInputs(node).stream().filter(variable::contains).toList();
      if (!data.isEmpty() && divided.containsAll(data) && traits.keepsImagesApart(node)) {
        divided.addAll(node.outputs());
      }
    }
    return divided;
  }
}
