package io.github.calib8.onnx;

import io.github.calib8.work.Internal;
import java.util.Optional;

/**
 * A node that replaces negative values by 0: Relu, or Clip from 0 to a constant (ReLU6).
 *
 * <p>A value; immutable and thread-safe.
 *
 * @param node the node
 * @param limit the largest value that it lets pass, in the tensor's unit; infinite for Relu
 */
@Internal
public record Rectifier(Node node, float limit) {

  /**
   * Recognizes a rectifier.
   *
   * @param model the model, its constants as initializers
   * @param node a node of the model
   * @return the rectifier; empty for any other node, among them a Clip whose bounds are computed
   */
  public static Optional<Rectifier> of(OnnxModel model, Node node) {
    if (node.is("Relu")) {
      return Optional.of(new Rectifier(node, Float.POSITIVE_INFINITY));
    }
    if (!node.is("Clip") || bound(model, node, 1, Float.NaN) != 0) {
      return Optional.empty();
    }
    float limit = bound(model, node, 2, Float.POSITIVE_INFINITY);
    return limit > 0 ? Optional.of(new Rectifier(node, limit)) : Optional.empty();
  }

  /** NaN where the bound is no single-precision constant. */
  private static float bound(OnnxModel model, Node clip, int input, float otherwise) {
    return clip.input(input)
        .map(
            name ->
                Optional.ofNullable(model.initializers().get(name))
                    .filter(bound -> bound.type() == DataType.FLOAT && bound.elements() == 1)
                    .map(bound -> bound.toFloats()[0])
                    .orElse(Float.NaN))
        .orElse(otherwise);
  }
}
