package io.github.calib8.onnx;

import io.github.calib8.work.Internal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which dimension of a tensor counts channels, its images being in the first one. */
@Internal
public enum ChannelAxis {
  /** {@code [N, C, ...]}. */
  SECOND,
  /** {@code [N, ..., C]}. */
  LAST;

  /**
   * Follows the channels from a model's input on. What a convolution or a product by weights reads
   * has them where that looks for them.
   *
   * @param model a graph
   * @param ofInput where its input has them
   * @return where each tensor has them; without those of which that is not known, as behind an
   *     operator that nobody knows, or where both orders come together
   */
  public static Map<String, ChannelAxis> of(OnnxModel model, ChannelAxis ofInput) {
    Map<String, ChannelAxis> axes = new HashMap<>();
    Set<String> variable = new HashSet<>();
    for (ValueInfo input : model.inputs()) {
      if (!model.initializers().containsKey(input.name())) {
        variable.add(input.name());
        axes.put(input.name(), ofInput);
      }
    }
    for (Node node : model.nodes()) {
      if (node.inputs().stream().noneMatch(variable::contains)) {
        continue; // Makes a constant.
      }
      variable.addAll(node.outputs());
      OperatorTraits traits = OperatorTraits.of(node);
      List<String> read = traits.dataInputs(node).stream().filter(variable::contains).toList();
      List<Optional<ChannelAxis>> data =
          read.stream().map(name -> Optional.ofNullable(axes.get(name))).distinct().toList();
      traits
          .channelsOfProduct()
          .ifPresent(axis -> read.stream().limit(1).forEach(name -> axes.put(name, axis)));
      traits
          .channels(node, data.size() == 1 ? data.get(0) : Optional.empty())
          .ifPresent(axis -> node.outputs().forEach(output -> axes.put(output, axis)));
    }
    return axes;
  }

  /**
   * The place of the channels in a shape.
   *
   * @param rank the number of dimensions
   * @return the dimension, from 0; negative if there is none
   */
  public int dimension(int rank) {
    return rank < 2 ? -1 : this == SECOND ? 1 : rank - 1;
  }

  /** Where a transposition puts the channels. */
  Optional<ChannelAxis> transposed(List<Long> order) {
    int to = order.indexOf((long) dimension(order.size()));
    if (to == SECOND.dimension(order.size())) {
      return Optional.of(SECOND);
    }
    return to == LAST.dimension(order.size()) && to > 0 ? Optional.of(LAST) : Optional.empty();
  }
}
