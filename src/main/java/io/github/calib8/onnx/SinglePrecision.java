package io.github.calib8.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lifts a model of half precision, IEEE's or bfloat16, to single precision.
 *
 * <p>Constants keep their values; what is computed is rounded less. Inputs and outputs become
 * float32, too. Calibration reads float32 only, and the rest of a quantized model is float32.
 *
 * <p>Stateless and thread-safe.
 */
public final class SinglePrecision {
  private SinglePrecision() {}

  /**
   * Lifts what is of half precision.
   *
   * @param model any model
   * @return a model whose {@link OnnxModel#sha256} is the given one's, since it is what the file
   *     stands for here; the given model itself if there is nothing to lift
   * @throws OnnxException if a subgraph computes in half precision
   */
  public static OnnxModel apply(OnnxModel model) {
    boolean changes = false;
    GraphBuilder builder = model.edit();
    for (Tensor constant : model.initializers().values()) {
      if (isHalf(constant.type())) {
        builder.initializer(lift(constant));
        changes = true;
      }
    }
    for (Node node : model.nodes()) {
      Node lifted = lift(model, node);
      if (lifted != node) {
        builder.replace(node, lifted);
        changes = true;
      }
    }
    List<ValueInfo> inputs = model.inputs().stream().map(SinglePrecision::lift).toList();
    List<ValueInfo> outputs = model.outputs().stream().map(SinglePrecision::lift).toList();
    if (!changes && inputs.equals(model.inputs()) && outputs.equals(model.outputs())) {
      return model;
    }
    return builder.inputs(inputs).outputs(outputs).build().withIdentityOf(model);
  }

  static boolean isHalf(DataType type) {
    return type == DataType.FLOAT16 || type == DataType.BFLOAT16;
  }

  private static ValueInfo lift(ValueInfo value) {
    return isHalf(value.type()) ? new ValueInfo(value.name(), DataType.FLOAT, value.dims()) : value;
  }

  private static Tensor lift(Tensor constant) {
    return new Elements(constant).cast(DataType.FLOAT).orElseThrow();
  }

  private static Node lift(OnnxModel model, Node node) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    attributes.replaceAll((name, value) -> lift(model, node, name, value));
    return attributes.equals(node.attributes())
        ? node
        : new Node(
            node.name(), node.opType(), node.domain(), node.inputs(), node.outputs(), attributes);
  }

  private static Attribute lift(OnnxModel model, Node node, String name, Attribute value) {
    if (value instanceof Attribute.TensorValue constant && isHalf(constant.value().type())) {
      return Attribute.of(lift(constant.value()));
    }
    boolean isType = name.equals("to") || name.equals("dtype");
    if (isType && value instanceof Attribute.IntValue type && isHalf((int) type.value())) {
      return Attribute.of(DataType.FLOAT.code());
    }
    if (value instanceof Attribute.Subgraphs graphs && SubgraphProtos.holdsHalf(graphs.proto())) {
      throw new OnnxException(
          "Expected single precision within %s of model '%s', found half precision"
              .formatted(node, model.name()));
    }
    return value;
  }

  static boolean isHalf(int code) {
    return code == DataType.FLOAT16.code() || code == DataType.BFLOAT16.code();
  }
}
