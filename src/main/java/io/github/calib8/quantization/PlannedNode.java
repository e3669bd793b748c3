package io.github.calib8.quantization;

import io.github.calib8.onnx.Node;
import java.util.Objects;

/**
 * What a plan decides for one node of the graph. A value; immutable and thread-safe.
 *
 * @param name the node's name; its output's name if it has none
 * @param operator the operator, behind its domain and a dot if that is not ONNX's own
 * @param output the tensor that it makes, the first one of several: identifies the node
 * @param precision what it computes in
 * @param reason why, such as {@code HardSwish has no integer kernel}
 */
public record PlannedNode(
    String name, String operator, String output, NodePrecision precision, String reason) {

  /** Checks the values. */
  public PlannedNode {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(operator, "operator");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(reason, "reason");
  }

  static PlannedNode of(Node node, NodePrecision precision, String reason) {
    return new PlannedNode(nameOf(node), node.qualifiedType(), node.output(), precision, reason);
  }

  /** Why a node stays in floating point if a tensor that it reads or makes has no entry. */
  static String unscaled(String tensor) {
    return "'" + tensor + "' has no scale";
  }

  static String nameOf(Node node) {
    return node.name().isEmpty() ? node.output() : node.name();
  }

  /**
   * Whether the node computes in integers.
   *
   * @return true if so
   */
  public boolean isInt8() {
    return precision == NodePrecision.INT8;
  }

  /** Such as {@code Conv 'conv1': INT8}, or {@code Add 'sum': keeps float: asked for}. */
  @Override
  public String toString() {
    return "%s '%s': %s: %s".formatted(operator, name, isInt8() ? "INT8" : "keeps float", reason);
  }
}
