package io.github.calib8.calibration;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** One classifier in the forms that exporters give it: each computes the very same numbers. */
final class TwinModels {
  private TwinModels() {}

  /** Weights that float16 holds exactly, so that each twin can. */
  static OnnxModel plain() {
    OnnxModel model = SmallNetwork.model();
    GraphBuilder graph = model.edit();
    model.initializers().values().forEach(weights -> graph.initializer(ofHalves(weights)));
    return graph.build();
  }

  /** The weights in a file of their own, in reverse, each after a gap. */
  static OnnxModel withExternalData(Path folder) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(plain().toBytes()).toBuilder();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (int i = model.getGraph().getInitializerCount() - 1; i >= 0; i--) {
      TensorProto tensor = model.getGraph().getInitializer(i);
      data.writeBytes(new byte[64]);
      TensorProto.Builder external =
          tensor.toBuilder().clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
      ByteString bytes = tensor.getRawData();
      Map.of("location", "small.onnx.data", "offset", data.size(), "length", bytes.size())
          .forEach(
              (key, value) ->
                  external.addExternalDataBuilder().setKey(key).setValue(String.valueOf(value)));
      data.writeBytes(bytes.toByteArray());
      model.getGraphBuilder().setInitializer(i, external);
    }
    Files.write(folder.resolve("small.onnx.data"), data.toByteArray());
    Path file = Files.write(folder.resolve("small.onnx"), model.build().toByteArray());
    return OnnxModel.read(file);
  }

  /** The weights transposed and halved, and made what they are by nodes. */
  static OnnxModel withComputedWeights() {
    OnnxModel plain = plain();
    GraphBuilder graph = plain.edit();
    graph.initializer(Tensor.floats("two", List.of(), 2));
    for (Tensor weights : plain.initializers().values()) {
      List<Integer> order = new ArrayList<>();
      for (int axis = weights.dims().size() - 1; axis >= 0; axis--) {
        order.add(axis);
      }
      String stored = graph.initializer(transposedHalf(weights));
      String turned =
          graph.node(
              "Transpose",
              List.of(stored),
              weights.name() + "_turned",
              Map.of("perm", Attribute.ints(order.stream().mapToLong(i -> i).toArray())));
      rewire(graph, weights, List.of(turned, "two"), "Mul", Map.of());
    }
    return graph.build();
  }

  /** The weights in float16, each behind a Cast. */
  static OnnxModel withHalfPrecisionStorage() throws IOException {
    OnnxModel plain = plain();
    GraphBuilder graph = plain.edit();
    for (Tensor weights : plain.initializers().values()) {
      String stored = graph.initializer(weights.withName(weights.name() + "_stored"));
      rewire(graph, weights, List.of(stored), "Cast", Map.of("to", Attribute.of(1)));
    }
    ModelProto.Builder model = ModelProto.parseFrom(graph.build().toBytes()).toBuilder();
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      ByteBuffer floats = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer halves = ByteBuffer.allocate(floats.limit() / 2).order(ByteOrder.LITTLE_ENDIAN);
      while (floats.hasRemaining()) {
        halves.putShort(half(floats.getFloat()));
      }
      tensor.setDataType(DataType.FLOAT16.code()).setRawData(ByteString.copyFrom(halves.array()));
    }
    return OnnxModel.parse(model.build().toByteArray(), "small");
  }

  /** For another set of operators, which knows all of these. */
  static OnnxModel ofOpset(long version) {
    return plain().edit().opset("", version).build();
  }

  private static void rewire(
      GraphBuilder graph,
      Tensor weights,
      List<String> inputs,
      String operator,
      Map<String, Attribute> attributes) {
    graph.rename(weights.name(), weights.name() + "_made");
    graph.node(operator, inputs, weights.name() + "_made", attributes);
  }

  private static Tensor ofHalves(Tensor weights) {
    float[] values = weights.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(Float.floatToIntBits(values[i]) & 0xffffe000);
      values[i] = Math.abs(values[i]) < 0x1p-13f ? 0 : values[i];
    }
    return Tensor.floats(weights.name(), weights.dims(), values);
  }

  /** The bits of a number that float16 holds as a normal one, or of zero. */
  private static short half(float value) {
    int bits = Float.floatToIntBits(value);
    return value == 0
        ? 0
        : (short)
            ((bits >>> 16 & 0x8000) | ((bits >>> 23 & 0xff) - 112 << 10) | bits >>> 13 & 0x3ff);
  }

  private static Tensor transposedHalf(Tensor weights) {
    List<Long> dims = new ArrayList<>(weights.dims());
    Collections.reverse(dims);
    float[] values = weights.toFloats();
    float[] turned = new float[values.length];
    int[] at = new int[dims.size()];
    for (int from = 0; from < values.length; from++) {
      int to = 0;
      for (int axis = at.length - 1; axis >= 0; axis--) {
        to = to * weights.dims().get(axis).intValue() + at[axis];
      }
      turned[to] = values[from] / 2;
      for (int axis = at.length - 1; axis >= 0 && ++at[axis] == weights.dims().get(axis); axis--) {
        at[axis] = 0;
      }
    }
    return Tensor.floats(weights.name() + "_stored", dims, turned);
  }
}
