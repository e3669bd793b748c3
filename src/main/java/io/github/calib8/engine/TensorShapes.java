package io.github.calib8.engine;

import com.google.common.primitives.Longs;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The shapes of a model's tensors, found by running it once. */
public final class TensorShapes {
  private TensorShapes() {}

  /**
   * Runs a model on as few images as it takes, of zeros.
   *
   * @param model a model of one input {@code [N, ...]}
   * @param tensors float32 tensors that its nodes make
   * @return the dimensions of the input and of the tensors, in this order; empty if the input is
   *     not float32 or leaves another dimension than the first one open
   * @throws EngineException if the engine refuses the model, or a tensor is not float32
   */
  public static Map<String, List<Long>> of(OnnxModel model, Collection<String> tensors) {
    List<Long> dims = model.inputs().size() == 1 ? model.input().dims() : List.of();
    if (dims.isEmpty()
        || dims.subList(1, dims.size()).contains(ValueInfo.SYMBOLIC)
        || model.input().type() != DataType.FLOAT) {
      return Map.of();
    }
    long[] fewest = dims.stream().mapToLong(Long::longValue).toArray();
    fewest[0] = Math.max(1, fewest[0]);
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    try (INDArray zeros = Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.FLOAT, fewest)) {
      shapes.put(model.input().name(), Longs.asList(zeros.shape()));
      if (!tensors.isEmpty()) {
        OnnxModel observed =
            model
                .edit()
                .outputs(
                    tensors.stream()
                        .map(tensor -> new ValueInfo(tensor, DataType.FLOAT, List.of()))
                        .toList())
                .build();
        try (ObservedSession session = ObservedSession.open(observed, EngineOptions.defaults());
            ActivationProbe probe = session.probe()) {
          shapes.putAll(probe.shapes(zeros));
        }
      }
    }
    return shapes;
  }
}
