package io.github.calib8.quantization;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.github.calib8.scale.QuantizationParameters;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a planner puts integers.
 *
 * @param nodes a row for each node of the graph, in its order
 * @param activations how each tensor that becomes integers is stored, by name
 * @param weighted the nodes whose weights become integers, by output
 * @param droppedRectifiers the Relu and Clip nodes that the quantization of their output makes
 *     superfluous, by output: with zero point 0 every negative value becomes 0 anyway, and the
 *     largest integer stands for no more than the Clip lets pass
 */
record Placement(
    List<PlannedNode> nodes,
    Map<String, QuantizationParameters> activations,
    Set<String> weighted,
    Set<String> droppedRectifiers) {

  Placement {
    nodes = List.copyOf(nodes);
    activations = ImmutableMap.copyOf(activations);
    weighted = ImmutableSet.copyOf(weighted);
    droppedRectifiers = ImmutableSet.copyOf(droppedRectifiers);
  }
}
