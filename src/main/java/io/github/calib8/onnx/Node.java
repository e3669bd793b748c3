package io.github.calib8.onnx;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One operator of a graph.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name the node's name, possibly empty
 * @param opType the operator, {@code Conv} for example
 * @param domain the operator's domain; empty for ONNX's own
 * @param inputs the tensors it reads; an empty name is an optional input left out
 * @param outputs the tensors it makes; an empty name is an optional output left out
 * @param attributes the attributes, in the order of the file
 */
public record Node(
    String name,
    String opType,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {

  /** Copies the collections. */
  public Node {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(opType, "opType");
    domain = domain.equals("ai.onnx") ? "" : domain;
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = ImmutableMap.copyOf(attributes);
  }

  /**
   * Whether this is the given operator of ONNX's own domain.
   *
   * @param type the operator
   * @return true if so
   */
  public boolean is(String type) {
    return opType.equals(type) && domain.isEmpty();
  }

  /**
   * An input by position.
   *
   * @param index the position from 0
   * @return the tensor's name; empty if the input is left out
   */
  public Optional<String> input(int index) {
    return index < inputs.size() && !inputs.get(index).isEmpty()
        ? Optional.of(inputs.get(index))
        : Optional.empty();
  }

  /**
   * The operator with its domain.
   *
   * @return the operator, behind its domain and a dot if that is not ONNX's own
   */
  public String qualifiedType() {
    return domain.isEmpty() ? opType : domain + "." + opType;
  }

  /**
   * The first output.
   *
   * @return the tensor's name
   */
  public String output() {
    return outputs.get(0);
  }

  /**
   * An integer attribute.
   *
   * @param attribute its name
   * @param otherwise the value if it is not there
   * @return the value
   * @throws OnnxException if it is of another kind
   */
  public long intAttribute(String attribute, long otherwise) {
    return get(attribute, Attribute.IntValue.class)
        .map(Attribute.IntValue::value)
        .orElse(otherwise);
  }

  /**
   * An attribute of integers.
   *
   * @param attribute its name
   * @param otherwise the value if it is not there
   * @return the value
   * @throws OnnxException if it is of another kind
   */
  public List<Long> intsAttribute(String attribute, List<Long> otherwise) {
    return intsAttribute(attribute).orElse(otherwise);
  }

  /**
   * A number attribute.
   *
   * @param attribute its name
   * @param otherwise the value if it is not there
   * @return the value
   * @throws OnnxException if it is of another kind
   */
  public float floatAttribute(String attribute, float otherwise) {
    return get(attribute, Attribute.FloatValue.class)
        .map(Attribute.FloatValue::value)
        .orElse(otherwise);
  }

  /**
   * A text attribute.
   *
   * @param attribute its name
   * @param otherwise the value if it is not there
   * @return the value
   * @throws OnnxException if it is of another kind
   */
  public String stringAttribute(String attribute, String otherwise) {
    return get(attribute, Attribute.StringValue.class)
        .map(Attribute.StringValue::value)
        .orElse(otherwise);
  }

  /** An attribute of integers; empty if it is not there. */
  Optional<List<Long>> intsAttribute(String attribute) {
    return get(attribute, Attribute.Ints.class).map(Attribute.Ints::values);
  }

  /** An attribute of numbers; empty if it is not there. */
  List<Float> floatsAttribute(String attribute) {
    return get(attribute, Attribute.Floats.class).map(Attribute.Floats::values).orElse(List.of());
  }

  private Stream<Attribute.Subgraphs> subgraphs() {
    return attributes.values().stream()
        .filter(Attribute.Subgraphs.class::isInstance)
        .map(Attribute.Subgraphs.class::cast);
  }

  /** The operators of ONNX's own domain that run within this node, at any depth. */
  Set<String> subgraphOperators() {
    Set<String> operators = new TreeSet<>();
    subgraphs()
        .forEach(
            graphs ->
                SubgraphProtos.forEachNode(
                    graphs.proto(),
                    inner -> {
                      if (inner.getDomain().isEmpty() || inner.getDomain().equals("ai.onnx")) {
                        operators.add(inner.getOpType());
                      }
                    }));
    return operators;
  }

  /**
   * Whether this operator makes quantized integers, computes on them, or turns them into numbers:
   * QuantizeLinear and DequantizeLinear, QLinearConv, MatMulInteger and their like.
   *
   * @return true if so, here or in a subgraph
   */
  public boolean isQuantized() {
    return isQuantized(opType) || subgraphOperators().stream().anyMatch(Node::isQuantized);
  }

  /**
   * The nodes of the subgraphs (as of If, Loop and Scan), at any depth.
   *
   * @return the nodes, in the file's order, without their attributes
   */
  public List<Node> nodesWithin() {
    List<Node> nodes = new ArrayList<>();
    subgraphs()
        .forEach(
            graphs ->
                SubgraphProtos.forEachNode(
                    graphs.proto(),
                    node ->
                        nodes.add(
                            new Node(
                                node.getName(),
                                node.getOpType(),
                                node.getDomain(),
                                node.getInputList(),
                                node.getOutputList(),
                                Map.of()))));
    return nodes;
  }

  /**
   * The outputs that hold single-precision numbers by what the subgraphs say of theirs.
   *
   * @return their names; none for a node without subgraphs
   */
  Set<String> floatsOfSubgraphs() {
    Set<String> floats = new HashSet<>();
    subgraphs()
        .forEach(graphs -> floats.addAll(SubgraphProtos.floatOutputs(graphs.proto(), outputs)));
    return floats;
  }

  /** By the name: ONNX and ONNX Runtime call them all alike. */
  private static boolean isQuantized(String operator) {
    return operator.toLowerCase(Locale.ROOT).contains("quantize")
        || operator.startsWith("QLinear")
        || operator.contains("Integer")
        || operator.equals("QGemm")
        || operator.equals("QAttention");
  }

  /**
   * All tensors that this node needs: its inputs, and what its subgraphs (as of If, Loop and Scan)
   * read from the graph around them.
   *
   * @return the names, those left out not among them
   */
  public List<String> reads() {
    if (inputs.size() == 1 && !inputs.get(0).isEmpty() && subgraphs().findAny().isEmpty()) {
      return inputs; // Nearly all nodes, asked often.
    }
    return Stream.concat(
            inputs.stream().filter(input -> !input.isEmpty()),
            subgraphs().flatMap(graphs -> graphs.captured().stream()))
        .distinct()
        .toList();
  }

  /**
   * This node reading other tensors, in its inputs and in its subgraphs.
   *
   * @param renaming from each name of {@link #reads} to the one that takes its place
   * @return the node
   */
  public Node withReads(UnaryOperator<String> renaming) {
    Map<String, Attribute> renamed = new LinkedHashMap<>(attributes);
    renamed.replaceAll(
        (key, value) ->
            value instanceof Attribute.Subgraphs graphs ? graphs.renamed(renaming) : value);
    List<String> newInputs =
        inputs.stream().map(input -> input.isEmpty() ? input : renaming.apply(input)).toList();
    return new Node(name, opType, domain, newInputs, outputs, renamed);
  }

  /** The names that its subgraphs define for themselves. */
  Set<String> namesWithin() {
    Set<String> names = new TreeSet<>();
    subgraphs().forEach(graphs -> names.addAll(SubgraphProtos.defined(graphs.proto())));
    return names;
  }

  private <T extends Attribute> Optional<T> get(String attribute, Class<T> kind) {
    Attribute value = attributes.get(attribute);
    if (value != null && !kind.isInstance(value)) {
      throw new OnnxException(
          "Expected %s for attribute '%s' of %s, found %s"
              .formatted(kind.getSimpleName(), attribute, this, value));
    }
    return Optional.ofNullable(value).map(kind::cast);
  }

  /**
   * This node with other inputs.
   *
   * @param newInputs the tensors it reads
   * @return the node
   */
  public Node withInputs(List<String> newInputs) {
    return new Node(name, opType, domain, newInputs, outputs, attributes);
  }

  Node withOutputs(List<String> newOutputs) {
    return new Node(name, opType, domain, inputs, newOutputs, attributes);
  }

  Node withAttribute(String attribute, Attribute value) {
    Map<String, Attribute> changed = new LinkedHashMap<>(attributes);
    changed.put(attribute, value);
    return new Node(name, opType, domain, inputs, outputs, changed);
  }

  @Override
  public String toString() {
    return (domain.isEmpty() ? "" : domain + ".")
        + opType
        + " '"
        + name
        + "' "
        + inputs
        + " -> "
        + outputs;
  }
}
