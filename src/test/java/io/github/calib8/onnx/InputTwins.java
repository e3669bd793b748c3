package io.github.calib8.onnx;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Models that compute the same as others from the same images, given in another form. */
public final class InputTwins {
  private InputTwins() {}

  /** The model with the channels last in its input [N, H, W, C]. */
  public static OnnxModel channelsLast(OnnxModel model) {
    ValueInfo input = model.input();
    List<Long> dims = input.dims();
    return behind(
        model,
        new ValueInfo(
            input.name(),
            input.type(),
            List.of(dims.get(0), dims.get(2), dims.get(3), dims.get(1))),
        "Transpose",
        Map.of("perm", Attribute.ints(0, 3, 1, 2)));
  }

  /** The model with an input of another type. */
  public static OnnxModel ofType(OnnxModel model, DataType type) {
    ValueInfo input = model.input();
    return behind(
        model,
        new ValueInfo(input.name(), type, input.dims()),
        "Cast",
        Map.of("to", Attribute.of(input.type().code())));
  }

  /** The model with another input of the same name. */
  public static OnnxModel withInput(OnnxModel model, ValueInfo input) {
    return model.edit().inputs(List.of(input)).build();
  }

  private static OnnxModel behind(
      OnnxModel model, ValueInfo input, String operator, Map<String, Attribute> attributes) {
    GraphBuilder graph = model.edit();
    String made = graph.uniqueName(input.name() + "_" + operator.toLowerCase(Locale.ROOT));
    graph.replaceUses(input.name(), made);
    graph.inputs(List.of(input));
    graph.node(operator, List.of(input.name()), made, attributes);
    return graph.build();
  }
}
