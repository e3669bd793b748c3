package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.calib8.fuzz.Fuzzing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxFuzzTest {

  @Test
  void damagedModelsAreReadOrRefused() {
    Fuzzing.check(
        List.of(model().toBytes(), typedFields()),
        file -> OnnxModel.parse(file, "damaged").toBytes(),
        OnnxException.class);
  }

  @Test
  void aTensorLargerThanAnyMemoryIsRefused() {
    byte[] file =
        withTensor(
            TensorProto.newBuilder()
                .setName("huge")
                .setDataType(DataType.FLOAT.code())
                .addDims(1L << 60));
    assertThatThrownBy(() -> OnnxModel.parse(file, "huge"))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("fits into memory");
  }

  /** Values in fields of their types, which other writers prefer to raw bytes. */
  private static byte[] typedFields() {
    return withTensor(
        tensor("f", DataType.FLOAT).addFloatData(1).addFloatData(2),
        tensor("d", DataType.DOUBLE).addDoubleData(1).addDoubleData(2),
        tensor("l", DataType.INT64).addInt64Data(1).addInt64Data(-2),
        tensor("i", DataType.INT32).addInt32Data(1).addInt32Data(-2),
        tensor("b", DataType.INT8).addInt32Data(1).addInt32Data(-2),
        tensor("h", DataType.FLOAT16).addInt32Data(1).addInt32Data(2),
        tensor("u", DataType.UINT64).addUint64Data(1).addUint64Data(2));
  }

  private static TensorProto.Builder tensor(String name, DataType type) {
    return TensorProto.newBuilder().setName(name).setDataType(type.code()).addDims(2);
  }

  private static byte[] withTensor(TensorProto.Builder... tensors) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("typed");
    NodeProto.Builder node = NodeProto.newBuilder().setOpType("Concat").addOutput("out");
    for (TensorProto.Builder tensor : tensors) {
      graph.addInitializer(tensor);
      node.addInput(tensor.getName());
    }
    graph.addNode(node).addOutput(ValueInfoProto.newBuilder().setName("out"));
    return ModelProto.newBuilder().setIrVersion(8).setGraph(graph).build().toByteArray();
  }

  private static OnnxModel model() {
    GraphBuilder graph = Graphs.convolution();
    graph.initializer(Tensor.longs("shape", List.of(2L), 0, -1));
    graph.initializer(Tensor.ints("ints", List.of(3L), 1, 2, 3));
    graph.initializer(
        Tensor.bytes("bytes", DataType.UINT8, List.of(3L), (byte) 1, (byte) 2, (byte) 3));
    graph.node(
        "MaxPool",
        List.of("conv"),
        "pool",
        Map.of("kernel_shape", Attribute.ints(2, 2), "auto_pad", Attribute.of("VALID")));
    graph.node("LeakyRelu", List.of("pool"), "relu", Map.of("alpha", Attribute.of(0.5f)));
    graph.node("Reshape", List.of("relu", "shape"), "out", Map.of());
    graph.node(
        "Constant",
        List.of(),
        "constant",
        Map.of("value", Attribute.of(Tensor.floats("", List.of(2L), 1, 2))));
    graph.node("Add", List.of("ints", "bytes"), "sum", Map.of());
    graph.output(Graphs.output("out")).output(Graphs.output("constant"));
    graph.output(Graphs.output("sum")).metadata("key", "value");
    return graph.build();
  }
}
