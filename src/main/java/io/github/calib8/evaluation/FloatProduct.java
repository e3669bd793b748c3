package io.github.calib8.evaluation;

import java.util.Objects;

/**
 * A convolution or matrix product of an INT8 model that runs in floating point. A value; immutable
 * and thread-safe.
 *
 * @param node the node's name; its output's name if it has none
 * @param operator the operator, behind its domain and a dot if that is not ONNX's own
 * @param reason why, such as {@code asked for}
 */
public record FloatProduct(String node, String operator, String reason) {

  /** Checks the values. */
  public FloatProduct {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(operator, "operator");
    Objects.requireNonNull(reason, "reason");
  }

  /** Such as {@code Conv 'conv1' keeps float: asked for}. */
  @Override
  public String toString() {
    return "%s '%s' keeps float: %s".formatted(operator, node, reason);
  }
}
