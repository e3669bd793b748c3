package io.github.calib8.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Map;

/** Nodes with subgraphs, which read tensors of the graph around them, for tests. */
public final class Bodies {
  private Bodies() {}

  /**
   * An If that always takes its first branch, unless a node makes its condition.
   *
   * @param graph where its condition becomes a constant if nothing makes "condition"
   * @param output what it makes
   * @param operator what both branches are: the second one with its inputs turned around
   * @param reads what they read, by no other way than their names
   * @return the node
   */
  public static Node choice(
      GraphBuilder graph, String output, String operator, List<String> reads) {
    return choice(graph, output, body(operator, reads));
  }

  /** The same, inside of another If: the names are those of two graphs further out. */
  public static Node nestedChoice(
      GraphBuilder graph, String output, String operator, List<String> reads) {
    NodeProto inner =
        NodeProto.newBuilder()
            .setOpType("If")
            .addInput("condition")
            .addOutput("within")
            .addAttribute(branch("then_branch", body(operator, reads)))
            .addAttribute(branch("else_branch", body(operator, reads)))
            .build();
    return choice(graph, output, body().addNode(inner).addOutput(floats("within")).build());
  }

  /** An If whose branches turn what they read to half precision. */
  static Node halfChoice(GraphBuilder graph, String output, List<String> reads) {
    NodeProto cast =
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addAllInput(reads)
            .addOutput("low")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("to")
                    .setType(AttributeType.INT)
                    .setI(DataType.FLOAT16.code()))
            .build();
    return choice(graph, output, body().addNode(cast).addOutput(floats("low")).build());
  }

  private static Node choice(GraphBuilder graph, String output, GraphProto body) {
    if (graph.constant("condition").isEmpty() && !graph.isMade("condition")) {
      graph.initializer(Tensor.bytes("condition", DataType.BOOL, List.of(), (byte) 1));
    }
    return new Node(
        output,
        "If",
        "",
        List.of("condition"),
        List.of(output),
        Map.of(
            "then_branch", new Attribute.Subgraphs(branch("then_branch", body)),
            "else_branch", new Attribute.Subgraphs(branch("else_branch", body))));
  }

  private static GraphProto.Builder body() {
    return GraphProto.newBuilder().setName("body");
  }

  private static GraphProto body(String operator, List<String> reads) {
    return body()
        .addInitializer(
            TensorProto.newBuilder()
                .setName("half")
                .setDataType(DataType.FLOAT.code())
                .addFloatData(0.5f))
        .addNode(NodeProto.newBuilder().setOpType(operator).addAllInput(reads).addOutput("inside"))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Mul")
                .addInput("inside")
                .addInput("half")
                .addOutput("halved"))
        .addOutput(floats("halved"))
        .build();
  }

  private static ValueInfoProto floats(String name) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.code())))
        .build();
  }

  private static AttributeProto branch(String name, GraphProto body) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(body)
        .build();
  }
}
