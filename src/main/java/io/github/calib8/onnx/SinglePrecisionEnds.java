package io.github.calib8.onnx;

import io.github.calib8.work.Internal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Gives a model an input and outputs of single precision, whatever the types of its own: a Cast
 * behind an input of uint8 or half precision, and one in front of an output of half precision.
 *
 * <p>Between them the model stays what it is, and its tensors keep their names. So whoever runs
 * models needs to know one type only. An input of uint8 must be given whole numbers of 0 to 255:
 * what Cast makes of others is not defined.
 *
 * <p>Stateless and thread-safe.
 */
@Internal
public final class SinglePrecisionEnds {
  private SinglePrecisionEnds() {}

  /**
   * Puts a Cast where one is needed.
   *
   * @param model any model
   * @return a model whose {@link OnnxModel#sha256} is the given one's; the given model itself if
   *     nothing needs a Cast
   */
  public static OnnxModel of(OnnxModel model) {
    if (model.inputs().stream().noneMatch(input -> isCast(input.type()))
        && model.outputs().stream().noneMatch(output -> SinglePrecision.isHalf(output.type()))) {
      return model;
    }
    GraphBuilder graph = model.edit();
    List<ValueInfo> inputs = new ArrayList<>();
    List<ValueInfo> outputs = new ArrayList<>();
    boolean changes = false;
    for (ValueInfo input : model.inputs()) {
      boolean casts = isCast(input.type()) && !model.isOutput(input.name());
      changes |= casts;
      inputs.add(casts ? single(input) : input);
      if (casts) {
        String given = graph.uniqueName(input.name() + "_given");
        graph.replaceUses(input.name(), given);
        cast(graph, input.name(), given, input.type());
      }
    }
    for (ValueInfo output : model.outputs()) {
      boolean casts =
          SinglePrecision.isHalf(output.type()) && model.producer(output.name()).isPresent();
      changes |= casts;
      outputs.add(casts ? single(output) : output);
      if (casts) {
        String made = graph.uniqueName(output.name() + "_made");
        graph.rename(output.name(), made);
        cast(graph, made, output.name(), DataType.FLOAT);
      }
    }
    return changes ? graph.inputs(inputs).outputs(outputs).build().withIdentityOf(model) : model;
  }

  /** Whether an input of a type is given in single precision. */
  private static boolean isCast(DataType type) {
    return type == DataType.UINT8 || SinglePrecision.isHalf(type);
  }

  private static ValueInfo single(ValueInfo value) {
    return new ValueInfo(value.name(), DataType.FLOAT, value.dims());
  }

  private static void cast(GraphBuilder graph, String from, String to, DataType type) {
    graph.node("Cast", List.of(from), to, Map.of("to", Attribute.of(type.code())));
  }
}
