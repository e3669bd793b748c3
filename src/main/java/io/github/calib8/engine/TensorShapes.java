package io.github.calib8.engine;

import com.google.common.primitives.Longs;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.FloatTensors;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecisionEnds;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Internal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The shapes of a model's tensors, found by running it once. */
@Internal
public final class TensorShapes {
  private TensorShapes() {}

  /**
   * Runs a model on as few images as it takes, of zeros.
   *
   * @param model a model of one input {@code [N, ...]}
   * @param tensors tensors that its nodes make, of numbers of any type
   * @return the dimensions of the input and of the tensors, in this order; empty if the input is
   *     not of float32, float16 or uint8, or leaves another dimension than the first one open
   * @throws EngineException if the engine refuses the model
   */
  public static Map<String, List<Long>> of(OnnxModel model, Collection<String> tensors) {
    List<Long> dims = model.inputs().size() == 1 ? model.input().dims() : List.of();
    if (dims.isEmpty()
        || dims.subList(1, dims.size()).contains(ValueInfo.SYMBOLIC)
        || SinglePrecisionEnds.of(model).input().type() != DataType.FLOAT) {
      return Map.of();
    }
    long[] fewest = dims.stream().mapToLong(Long::longValue).toArray();
    fewest[0] = Math.max(1, fewest[0]);
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    try (FloatTensor zeros = FloatTensor.zeros(fewest)) {
      shapes.put(model.input().name(), Longs.asList(zeros.shape()));
      if (!tensors.isEmpty()) {
        Map<String, String> floats = new LinkedHashMap<>();
        OnnxModel observed = observed(model, tensors, floats);
        try (ObservedSession session = ObservedSession.open(observed, EngineOptions.defaults());
            ActivationProbe probe = session.probe()) {
          Map<String, List<Long>> seen = probe.shapes(zeros);
          floats.forEach((tensor, output) -> shapes.put(tensor, seen.get(output)));
        }
      }
    }
    return shapes;
  }

  /**
   * The model with the tensors as outputs: in single precision, all that is observed.
   *
   * @param floats gets the output that has each tensor's shape
   */
  private static OnnxModel observed(
      OnnxModel model, Collection<String> tensors, Map<String, String> floats) {
    Set<String> known = FloatTensors.of(model);
    GraphBuilder graph = model.edit();
    for (String tensor : tensors) {
      floats.put(
          tensor,
          known.contains(tensor)
              ? tensor
              : graph.node(
                  "Cast",
                  List.of(tensor),
                  graph.uniqueName(tensor + "_float"),
                  Map.of("to", Attribute.of(DataType.FLOAT.code()))));
    }
    return graph
        .outputs(
            floats.values().stream()
                .map(output -> new ValueInfo(output, DataType.FLOAT, List.of()))
                .toList())
        .build();
  }
}
