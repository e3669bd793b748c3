package io.github.calib8.benchmark;

import com.google.common.collect.ImmutableSet;
import io.github.calib8.engine.ActivationProbe;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How many values each tensor of a model holds for one image: found by running it once. */
final class TensorSizes {
  /** Operators whose output is float32 whatever graph they are in, and not a shape. */
  private static final Set<String> FLOAT =
      ImmutableSet.of(
          "AveragePool",
          "BatchNormalization",
          "Conv",
          "Gemm",
          "GlobalAveragePool",
          "LRN",
          "MatMul",
          "MaxPool",
          "Relu",
          "Softmax");

  private TensorSizes() {}

  /**
   * Runs the model.
   *
   * @param model an FP32 model
   * @param images as few as it takes
   * @return values an image, by tensor, in the graph's order, the input first; where an operator's
   *     output was not looked at, an upper estimate from its inputs
   */
  static Map<String, Long> of(OnnxModel model, INDArray images) {
    List<ValueInfo> observed =
        model.nodes().stream()
            .filter(node -> FLOAT.contains(node.opType()))
            .map(node -> new ValueInfo(node.outputs().get(0), DataType.FLOAT, List.of()))
            .toList();
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put(model.input().name(), images.length() / images.size(0));
    if (!observed.isEmpty()) {
      OnnxModel all = model.edit().outputs(observed).build();
      try (ObservedSession session = ObservedSession.open(all, EngineOptions.defaults());
          ActivationProbe probe = session.probe()) {
        probe
            .run(images)
            .forEach((tensor, values) -> sizes.put(tensor, values.remaining() / images.size(0)));
      }
    }
    return complete(model, sizes);
  }

  /** Fills in what is missing, node by node: a concatenation adds up, all else keeps the size. */
  static Map<String, Long> complete(OnnxModel model, Map<String, Long> known) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put(model.input().name(), known.get(model.input().name()));
    for (Node node : model.nodes()) {
      var inputs = node.inputs().stream().mapToLong(input -> sizes.getOrDefault(input, 0L));
      long estimate = node.is("Concat") ? inputs.sum() : inputs.max().orElse(0);
      for (String output : node.outputs()) {
        sizes.put(output, known.getOrDefault(output, estimate));
      }
    }
    return sizes;
  }
}
