package io.github.calib8.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Builds a graph, from nothing or from a model.
 *
 * <p>Owns the names: {@link #uniqueName} never gives one that is taken. Nodes may be added in any
 * order; {@link #build} sorts them, keeping the given order where it can. Not thread-safe.
 */
public final class GraphBuilder {
  /** The operator set of new graphs. */
  public static final long DEFAULT_OPSET = 13;

  private static final long DEFAULT_IR_VERSION = 8;

  private String name;
  private final long irVersion;
  private final Map<String, Long> opsets = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  private GraphBuilder(String name) {
    this.name = name;
    this.irVersion = DEFAULT_IR_VERSION;
    opsets.put("", DEFAULT_OPSET);
  }

  GraphBuilder(OnnxModel model) {
    this.name = model.name();
    this.irVersion = Math.max(model.irVersion(), DEFAULT_IR_VERSION);
    opsets.putAll(model.opsets());
    model.inputs().forEach(this::input);
    model.initializers().values().forEach(this::initializer);
    model.nodes().forEach(this::node);
    outputs.addAll(model.outputs());
    metadata.putAll(model.metadata());
  }

  /**
   * An empty graph.
   *
   * @param name the model's name
   * @return a builder without nodes, of operator set {@value #DEFAULT_OPSET}
   */
  public static GraphBuilder create(String name) {
    return new GraphBuilder(name);
  }

  /**
   * Changes the model's name.
   *
   * @param newName the name
   * @return this
   */
  public GraphBuilder name(String newName) {
    this.name = newName;
    return this;
  }

  /**
   * Sets the version of an operator set.
   *
   * @param domain the domain; empty for ONNX's own
   * @param version the version
   * @return this
   */
  public GraphBuilder opset(String domain, long version) {
    opsets.put(domain, version);
    return this;
  }

  /**
   * Adds an input.
   *
   * @param input the input
   * @return its name
   */
  public String input(ValueInfo input) {
    inputs.add(input);
    names.add(input.name());
    return input.name();
  }

  /**
   * Adds an output.
   *
   * @param output the output, a tensor that some node makes
   * @return this
   */
  public GraphBuilder output(ValueInfo output) {
    outputs.add(output);
    return this;
  }

  /**
   * Replaces the outputs.
   *
   * @param newOutputs the outputs
   * @return this
   */
  public GraphBuilder outputs(Collection<ValueInfo> newOutputs) {
    outputs.clear();
    outputs.addAll(newOutputs);
    return this;
  }

  /**
   * Adds a constant, or replaces the one of its name.
   *
   * @param tensor the constant
   * @return its name
   */
  public String initializer(Tensor tensor) {
    initializers.put(tensor.name(), tensor);
    names.add(tensor.name());
    return tensor.name();
  }

  /**
   * Adds a node.
   *
   * @param node the node
   * @return this
   */
  public GraphBuilder node(Node node) {
    nodes.add(node);
    names.addAll(node.outputs());
    names.add(node.name());
    return this;
  }

  /**
   * Adds a node of one output, of ONNX's own domain, named after its output.
   *
   * @param opType the operator
   * @param inputNames the tensors it reads
   * @param output the tensor it makes
   * @param attributes its attributes
   * @return the output's name
   */
  public String node(
      String opType, List<String> inputNames, String output, Map<String, Attribute> attributes) {
    node(new Node(output, opType, "", inputNames, List.of(output), attributes));
    return output;
  }

  /**
   * Removes a node.
   *
   * @param node a node of this graph
   * @return this
   * @throws OnnxException if it is not there
   */
  public GraphBuilder remove(Node node) {
    if (!nodes.remove(node)) {
      throw new OnnxException(
          "Expected node " + node + " in model '" + name + "', found no such node");
    }
    return this;
  }

  /** Makes every node that reads a tensor read another one. */
  GraphBuilder replaceUses(String tensor, String replacement) {
    nodes.replaceAll(
        node ->
            node.inputs().contains(tensor)
                ? node.withInputs(replace(node.inputs(), tensor, replacement))
                : node);
    return this;
  }

  /**
   * Gives a tensor that a node makes another name, where it is made and where it is read.
   *
   * @param tensor the tensor
   * @param newName its new name
   * @return this
   */
  public GraphBuilder rename(String tensor, String newName) {
    nodes.replaceAll(
        node ->
            node.outputs().contains(tensor)
                ? node.withOutputs(replace(node.outputs(), tensor, newName))
                : node);
    return replaceUses(tensor, newName);
  }

  private static List<String> replace(List<String> names, String name, String by) {
    return names.stream().map(n -> n.equals(name) ? by : n).toList();
  }

  /**
   * Whether a node of this graph makes a tensor.
   *
   * @param tensor the tensor
   * @return false for an input, a constant and an unknown name
   */
  public boolean isMade(String tensor) {
    return !tensor.isEmpty() && nodes.stream().anyMatch(node -> node.outputs().contains(tensor));
  }

  /**
   * The node that makes a tensor.
   *
   * @param tensor the tensor
   * @return the node
   * @throws OnnxException if there is none
   */
  public Node producer(String tensor) {
    return nodes.stream()
        .filter(node -> node.outputs().contains(tensor))
        .findFirst()
        .orElseThrow(
            () -> new OnnxException("Nothing makes tensor '" + tensor + "' in '" + name + "'"));
  }

  /**
   * The nodes that read a tensor.
   *
   * @param tensor the tensor
   * @return the nodes, each once
   */
  public List<Node> consumers(String tensor) {
    return nodes.stream().filter(node -> node.inputs().contains(tensor)).toList();
  }

  /** Whether a node or an output of the model reads a tensor; an empty name is never read. */
  boolean isRead(String tensor) {
    return !tensor.isEmpty() && (isOutput(tensor) || !consumers(tensor).isEmpty());
  }

  /**
   * Whether a tensor is an output of the model.
   *
   * @param tensor the tensor
   * @return true if so
   */
  public boolean isOutput(String tensor) {
    return outputs.stream().anyMatch(output -> output.name().equals(tensor));
  }

  /**
   * A constant of this graph.
   *
   * @param tensor its name
   * @return the constant; empty if there is none of that name
   */
  public Optional<Tensor> constant(String tensor) {
    return Optional.ofNullable(initializers.get(tensor));
  }

  /**
   * Sets a free-form property.
   *
   * @param key its key
   * @param value its value
   * @return this
   */
  public GraphBuilder metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * A name that no tensor or node of this graph has, and that is taken from now on.
   *
   * @param prefix how it begins
   * @return the prefix itself if it is free, else the prefix with a number
   */
  public String uniqueName(String prefix) {
    String candidate = prefix;
    for (int i = 1; !names.add(candidate); i++) {
      candidate = prefix + "_" + i;
    }
    return candidate;
  }

  /**
   * Builds the model, leaving out the nodes and constants that no output needs.
   *
   * @return the model
   * @throws OnnxException if a tensor is made twice, is read but never made, or depends on itself
   */
  public OnnxModel build() {
    List<Node> sorted = sort();
    Map<String, Tensor> used = new LinkedHashMap<>(initializers);
    if (sorted.stream().noneMatch(Node::hasSubgraph)) {
      Set<String> read = new HashSet<>();
      sorted.forEach(node -> read.addAll(node.inputs()));
      outputs.forEach(output -> read.add(output.name()));
      used.keySet().retainAll(read);
    }
    return new OnnxModel(name, irVersion, opsets, sorted, used, inputs, outputs, metadata, null);
  }

  /** Kahn's algorithm would lose the given order; a depth-first walk in that order keeps it. */
  private List<Node> sort() {
    Map<String, Node> producers = producers();
    Set<Node> needed = needed(producers);
    List<Node> sorted = new ArrayList<>();
    Map<Node, Boolean> done = new HashMap<>();
    for (Node node : nodes) {
      if (needed.contains(node)) {
        place(node, producers, done, sorted);
      }
    }
    return sorted;
  }

  private Map<String, Node> producers() {
    Map<String, Node> producers = new HashMap<>();
    for (Node node : nodes) {
      for (String output : node.outputs()) {
        if (!output.isEmpty() && (producers.put(output, node) != null || isGiven(output))) {
          throw new OnnxException(
              "Expected tensor '%s' to be made once in model '%s', found another: %s"
                  .formatted(output, name, node));
        }
      }
    }
    return producers;
  }

  private boolean isGiven(String tensor) {
    return initializers.containsKey(tensor)
        || inputs.stream().anyMatch(input -> input.name().equals(tensor));
  }

  /** A subgraph reads tensors without naming them, so nothing is dropped where there is one. */
  private Set<Node> needed(Map<String, Node> producers) {
    if (nodes.stream().anyMatch(Node::hasSubgraph)) {
      return new HashSet<>(nodes);
    }
    Set<Node> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    outputs.forEach(output -> open.add(output.name()));
    while (!open.isEmpty()) {
      Node node = producers.get(open.remove());
      if (node != null && needed.add(node)) {
        open.addAll(node.inputs());
      }
    }
    return needed;
  }

  /** Depth-first with a stack of its own: graphs are deeper than Java's stack likes. */
  private void place(
      Node start, Map<String, Node> producers, Map<Node, Boolean> done, List<Node> sorted) {
    Deque<Node> stack = new ArrayDeque<>();
    stack.push(start);
    while (!stack.isEmpty()) {
      Node node = stack.peek();
      if (Boolean.TRUE.equals(done.get(node))) {
        stack.pop();
        continue;
      }
      done.put(node, false);
      @Nullable Node missing = null;
      for (String input : node.inputs()) {
        Node producer = producers.get(input);
        if (producer == null) {
          requireGiven(node, input);
        } else if (!Boolean.TRUE.equals(done.get(producer))) {
          if (done.containsKey(producer)) {
            throw new OnnxException("Model '" + name + "' has a cycle through " + node);
          }
          missing = producer;
          break;
        }
      }
      if (missing != null) {
        stack.push(missing);
      } else {
        done.put(node, true);
        sorted.add(node);
        stack.pop();
      }
    }
  }

  private void requireGiven(Node node, String tensor) {
    if (!tensor.isEmpty() && !isGiven(tensor)) {
      throw new OnnxException(
          "Tensor '%s' is read by %s in model '%s', but nothing makes it. Inputs: %s"
              .formatted(
                  tensor,
                  node,
                  name,
                  new TreeSet<>(inputs.stream().map(ValueInfo::name).toList())));
    }
  }
}
