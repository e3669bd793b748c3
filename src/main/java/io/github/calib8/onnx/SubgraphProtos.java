package io.github.calib8.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Looks into the graphs that a node holds, at any depth, and rewrites them.
 *
 * <p>A name means what the innermost graph around it defines: inputs, constants and outputs of
 * nodes of a subgraph hide those of the graphs around it.
 */
final class SubgraphProtos {
  private SubgraphProtos() {}

  /** The names that the graphs read and none of them defines, in the order of the file. */
  static Set<String> captured(AttributeProto attribute) {
    Set<String> captured = new LinkedHashSet<>();
    graphs(attribute).forEach(graph -> addCaptured(graph, captured));
    return captured;
  }

  private static void addCaptured(GraphProto graph, Set<String> captured) {
    Set<String> own = defined(graph);
    Consumer<String> read =
        name -> {
          if (!name.isEmpty() && !own.contains(name)) {
            captured.add(name);
          }
        };
    for (NodeProto node : graph.getNodeList()) {
      node.getInputList().forEach(read);
      node.getAttributeList().forEach(attribute -> captured(attribute).forEach(read));
    }
    graph.getOutputList().forEach(output -> read.accept(output.getName()));
  }

  /** All names that the graphs define: none of them may become that of a tensor around them. */
  static Set<String> defined(AttributeProto attribute) {
    Set<String> names = new HashSet<>();
    for (GraphProto graph : graphs(attribute)) {
      names.addAll(defined(graph));
      graph.getNodeList().stream()
          .flatMap(node -> node.getAttributeList().stream())
          .forEach(inner -> names.addAll(defined(inner)));
    }
    return names;
  }

  private static Set<String> defined(GraphProto graph) {
    Set<String> names = new HashSet<>();
    graph.getInputList().forEach(input -> names.add(input.getName()));
    graph.getInitializerList().forEach(constant -> names.add(constant.getName()));
    for (SparseTensorProto constant : graph.getSparseInitializerList()) {
      names.add(constant.getValues().getName());
    }
    graph.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
    return names;
  }

  /** The graphs with other names for what they read from around. */
  static AttributeProto renamed(AttributeProto attribute, UnaryOperator<String> renaming) {
    return mapGraphs(attribute, graph -> renamed(graph, renaming));
  }

  private static GraphProto renamed(GraphProto graph, UnaryOperator<String> renaming) {
    Set<String> own = defined(graph);
    UnaryOperator<String> here = name -> own.contains(name) ? name : renaming.apply(name);
    GraphProto.Builder builder = graph.toBuilder().clearNode().clearOutput();
    for (NodeProto node : graph.getNodeList()) {
      NodeProto.Builder renamed = node.toBuilder().clearInput().clearAttribute();
      node.getInputList().forEach(input -> renamed.addInput(here.apply(input)));
      node.getAttributeList().forEach(inner -> renamed.addAttribute(renamed(inner, here)));
      builder.addNode(renamed);
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      builder.addOutput(output.toBuilder().setName(here.apply(output.getName())));
    }
    return builder.build();
  }

  /** The graphs with other constants. */
  static AttributeProto mapTensors(AttributeProto attribute, UnaryOperator<TensorProto> change) {
    if (attribute.hasT()) {
      return attribute.toBuilder().setT(change.apply(attribute.getT())).build();
    }
    return mapGraphs(
        attribute,
        graph -> {
          GraphProto.Builder builder = graph.toBuilder().clearInitializer();
          graph.getInitializerList().forEach(t -> builder.addInitializer(change.apply(t)));
          for (NodeProto.Builder node : builder.getNodeBuilderList()) {
            node.clearAttribute();
          }
          for (int i = 0; i < graph.getNodeCount(); i++) {
            NodeProto.Builder node = builder.getNodeBuilder(i);
            graph
                .getNode(i)
                .getAttributeList()
                .forEach(inner -> node.addAttribute(mapTensors(inner, change)));
          }
          return builder.build();
        });
  }

  /** The nodes of the graphs, at any depth. */
  static void forEachNode(AttributeProto attribute, Consumer<NodeProto> visitor) {
    for (GraphProto graph : graphs(attribute)) {
      for (NodeProto node : graph.getNodeList()) {
        visitor.accept(node);
        node.getAttributeList().forEach(inner -> forEachNode(inner, visitor));
      }
    }
  }

  /**
   * Which outputs of a node hold single-precision numbers: those of its graphs, of which the first
   * ones may be none of the node's (the condition of a Loop).
   */
  static List<String> floatOutputs(AttributeProto attribute, List<String> outputs) {
    List<String> floats = new ArrayList<>();
    for (GraphProto graph : graphs(attribute)) {
      int first = graph.getOutputCount() - outputs.size();
      for (int i = Math.max(0, -first); i < outputs.size(); i++) {
        int type = graph.getOutput(first + i).getType().getTensorType().getElemType();
        if (type == DataType.FLOAT.code()) {
          floats.add(outputs.get(i));
        }
      }
    }
    return floats;
  }

  /** Whether the graphs have tensors of half precision, or make some. */
  static boolean holdsHalf(AttributeProto attribute) {
    for (GraphProto graph : graphs(attribute)) {
      boolean values =
          Stream.of(graph.getInputList(), graph.getOutputList(), graph.getValueInfoList())
              .flatMap(List::stream)
              .map(value -> value.getType().getTensorType().getElemType())
              .anyMatch(SinglePrecision::isHalf);
      boolean constants =
          graph.getInitializerList().stream()
              .anyMatch(constant -> SinglePrecision.isHalf(constant.getDataType()));
      boolean nodes =
          graph.getNodeList().stream()
              .flatMap(node -> node.getAttributeList().stream())
              .anyMatch(
                  inner ->
                      SinglePrecision.isHalf(inner.getT().getDataType())
                          || (inner.getName().equals("to")
                              && SinglePrecision.isHalf((int) inner.getI()))
                          || holdsHalf(inner));
      if (values || constants || nodes) {
        return true;
      }
    }
    return false;
  }

  private static List<GraphProto> graphs(AttributeProto attribute) {
    return attribute.hasG() ? List.of(attribute.getG()) : attribute.getGraphsList();
  }

  private static AttributeProto mapGraphs(
      AttributeProto attribute, UnaryOperator<GraphProto> change) {
    if (!attribute.hasG() && attribute.getGraphsCount() == 0) {
      return attribute;
    }
    AttributeProto.Builder builder = attribute.toBuilder();
    if (attribute.hasG()) {
      return builder.setG(change.apply(attribute.getG())).build();
    }
    builder.clearGraphs();
    attribute.getGraphsList().forEach(graph -> builder.addGraphs(change.apply(graph)));
    return builder.build();
  }
}
