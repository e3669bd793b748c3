package io.github.calib8.quantization;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.github.calib8.scale.QuantizationParameters;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of a graph, as data.
 *
 * @param activations how each tensor that becomes integers is stored, by name
 * @param weighted the Conv, Gemm and MatMul nodes whose weights become integers, by output
 * @param droppedRectifiers the Relu and Clip nodes that the quantization of their output makes
 *     superfluous, by output: with zero point 0 every negative value becomes 0 anyway, and the
 *     largest integer stands for no more than the Clip lets pass
 * @param weightForm how the weights of those nodes, and their biases, are written
 * @param weightRange {@link WeightRange#FULL} or {@link WeightRange#REDUCED}
 */
record QuantizationPlan(
    Map<String, QuantizationParameters> activations,
    Set<String> weighted,
    Set<String> droppedRectifiers,
    WeightForm weightForm,
    WeightRange weightRange) {

  QuantizationPlan {
    activations = ImmutableMap.copyOf(activations);
    weighted = ImmutableSet.copyOf(weighted);
    droppedRectifiers = ImmutableSet.copyOf(droppedRectifiers);
  }
}
