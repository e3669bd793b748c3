package io.github.calib8.onnx;

import io.github.calib8.work.Internal;
import java.util.HashSet;
import java.util.Set;

/**
 * Which tensors of a graph hold single-precision numbers.
 *
 * <p>Exporters compute shapes within the graph, with operators that also compute on activations
 * (Concat, Add, Reshape).
 */
@Internal
public final class FloatTensors {
  private FloatTensors() {}

  /**
   * Follows the types from the inputs and constants on.
   *
   * @param model any model
   * @return the names of the tensors, constants included; what an operator that is not known makes
   *     is taken for numbers where its first input holds some
   */
  public static Set<String> of(OnnxModel model) {
    Set<String> floats = new HashSet<>();
    model.inputs().stream()
        .filter(input -> input.type() == DataType.FLOAT)
        .forEach(input -> floats.add(input.name()));
    model.initializers().values().stream()
        .filter(constant -> constant.type() == DataType.FLOAT)
        .forEach(constant -> floats.add(constant.name()));
    for (Node node : model.nodes()) {
      OperatorTraits traits = OperatorTraits.of(node);
      floats.addAll(node.floatsOfSubgraphs());
      if (traits.makesFloats(node, floats::contains)) {
        floats.addAll(traits.areOutputsAlike() ? node.outputs() : node.outputs().subList(0, 1));
      }
    }
    return floats;
  }
}
