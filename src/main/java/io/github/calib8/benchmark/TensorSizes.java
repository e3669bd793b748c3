package io.github.calib8.benchmark;

import com.google.common.collect.Maps;
import io.github.calib8.engine.TensorShapes;
import io.github.calib8.onnx.FloatTensors;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** How many values each tensor of a model holds for one image. */
final class TensorSizes {
  private TensorSizes() {}

  /**
   * Runs the model once to see the shapes.
   *
   * @param model an FP32 model whose input is of a fixed size, but for the batch
   * @return the dimensions of the input and of what operators that are known make, by tensor, for
   *     as few images as the model takes
   */
  static Map<String, List<Long>> shapes(OnnxModel model) {
    Set<String> floats = FloatTensors.of(model);
    return TensorShapes.of(
        model,
        model.nodes().stream()
            .filter(node -> OperatorTraits.of(node).isKnown())
            .map(Node::output)
            .filter(floats::contains)
            .toList());
  }

  /**
   * Divides by the number of images.
   *
   * @param shapes those of the model's tensors, its input's among them
   * @return values an image, by tensor, in the graph's order, the input first; where the shape of
   *     what a node makes is not known, an upper estimate from its inputs
   */
  static Map<String, Long> of(OnnxModel model, Map<String, List<Long>> shapes) {
    long images = Objects.requireNonNull(shapes.get(model.input().name()), "input").get(0);
    return complete(
        model,
        Maps.transformValues(
            shapes, dims -> dims.stream().reduce(1L, Math::multiplyExact) / images));
  }

  /** Fills in what is missing, node by node: a concatenation adds up, all else keeps the size. */
  static Map<String, Long> complete(OnnxModel model, Map<String, Long> known) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put(model.input().name(), known.get(model.input().name()));
    for (Node node : model.nodes()) {
      var inputs = node.inputs().stream().mapToLong(input -> sizes.getOrDefault(input, 0L));
      boolean addsUp = OperatorTraits.of(node).kind() == OperatorKind.CONCATENATION;
      long estimate = addsUp ? inputs.sum() : inputs.max().orElse(0);
      for (String output : node.outputs()) {
        sizes.put(output, known.getOrDefault(output, estimate));
      }
    }
    return sizes;
  }
}
