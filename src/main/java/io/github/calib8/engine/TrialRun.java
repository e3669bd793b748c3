package io.github.calib8.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecisionEnds;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Internal;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out whether the engine runs a model: opens it, and runs one image through it. */
@Internal
public final class TrialRun {
  private TrialRun() {}

  /**
   * Runs a model with any outputs. A model of another input than one of float32, float16 or uint8,
   * and one whose input leaves sizes open if there is no image, is opened and not run.
   *
   * @param model any model
   * @param options how the engine runs it
   * @param image an image {@code [1, C, H, W]}, repeated as often as the model takes at once; null
   *     for zeros
   * @throws EngineException if the engine refuses the model, or fails; the text has the node that
   *     it names
   */
  public static void run(OnnxModel model, EngineOptions options, @Nullable FloatTensor image) {
    try (LoadedModel loaded = LoadedModel.open(named(model), options)) {
      run(model, loaded.session(), image);
    }
  }

  /** The model with a name for every node, by which the engine can blame it. */
  private static OnnxModel named(OnnxModel model) {
    GraphBuilder graph = model.edit();
    model.nodes().forEach(graph::remove);
    for (Node node : model.nodes()) {
      graph.node(
          node.name().isEmpty()
              ? new Node(
                  node.output(),
                  node.opType(),
                  node.domain(),
                  node.inputs(),
                  node.outputs(),
                  node.attributes())
              : node);
    }
    return graph.build();
  }

  private static void run(OnnxModel model, OrtSession session, @Nullable FloatTensor image) {
    List<Long> dims = model.inputs().size() == 1 ? model.input().dims() : List.of();
    if (dims.isEmpty() || SinglePrecisionEnds.of(model).input().type() != DataType.FLOAT) {
      return;
    }
    long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
    shape[0] = Math.max(1, shape[0]);
    if (image != null) {
      System.arraycopy(image.shape(), 1, shape, 1, shape.length - 1);
    } else if (Arrays.stream(shape).anyMatch(size -> size == ValueInfo.SYMBOLIC)) {
      return;
    }
    ModelInput input = ModelInput.of(model);
    try (FloatTensor images = FloatTensor.zeros(shape)) {
      FloatBuffer values = images.values();
      while (image != null && values.hasRemaining()) {
        values.put(image.rows(0, 1).values());
      }
      try (OnnxTensor tensor = input.tensor(images)) {
        session.run(Map.of(input.name(), tensor)).close();
      }
    } catch (OrtException e) {
      throw OnnxRuntime.failed(model, e);
    }
  }
}
