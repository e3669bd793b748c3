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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
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

  /** By number, which grows with each node that is added: the order of the graph. */
  private final Map<Integer, Node> nodes = new LinkedHashMap<>();

  /** The numbers of the nodes that make and that read each tensor. */
  private final Map<String, SortedSet<Integer>> makers = new HashMap<>();

  private final Map<String, SortedSet<Integer>> readers = new HashMap<>();
  private int nextNumber;
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final Map<String, ValueInfo> outputs = new LinkedHashMap<>();
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
    outputs(model.outputs());
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
    outputs.put(output.name(), output);
    return this;
  }

  /** Replaces the inputs. */
  GraphBuilder inputs(Collection<ValueInfo> newInputs) {
    inputs.clear();
    newInputs.forEach(this::input);
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
    newOutputs.forEach(this::output);
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
    put(nextNumber++, node);
    return this;
  }

  private void put(int number, Node node) {
    nodes.put(number, node);
    node.outputs().stream()
        .filter(output -> !output.isEmpty())
        .forEach(output -> numbers(makers, output).add(number));
    node.reads().forEach(tensor -> numbers(readers, tensor).add(number));
    names.addAll(node.outputs());
    names.add(node.name());
    names.addAll(node.namesWithin());
  }

  private void take(int number) {
    Node node = get(number);
    node.outputs().forEach(output -> numbers(makers, output).remove(number));
    node.reads().forEach(tensor -> numbers(readers, tensor).remove(number));
  }

  /** The node takes another one's place in the order. */
  private void replace(int number, Node node) {
    take(number);
    put(number, node);
  }

  private static SortedSet<Integer> numbers(
      Map<String, SortedSet<Integer>> numbers, String tensor) {
    return numbers.computeIfAbsent(tensor, absent -> new TreeSet<>());
  }

  private static Collection<Integer> known(Map<String, SortedSet<Integer>> numbers, String tensor) {
    SortedSet<Integer> known = numbers.get(tensor);
    return known == null ? List.of() : known;
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
    int number = number(node);
    take(number);
    nodes.remove(number);
    return this;
  }

  /** Puts a node in the place of another one. */
  GraphBuilder replace(Node node, Node replacement) {
    replace(number(node), replacement);
    return this;
  }

  private int number(Node node) {
    return node.outputs().stream()
        .flatMap(output -> known(makers, output).stream())
        .filter(candidate -> node.equals(nodes.get(candidate)))
        .findFirst()
        .orElseThrow(
            () ->
                new OnnxException(
                    "Expected node " + node + " in model '" + name + "', found no such node"));
  }

  /** Makes every node that reads a tensor read another one. */
  GraphBuilder replaceUses(String tensor, String replacement) {
    for (int number : List.copyOf(known(readers, tensor))) {
      replace(number, get(number).withReads(read -> read.equals(tensor) ? replacement : read));
    }
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
    for (int number : List.copyOf(known(makers, tensor))) {
      Node maker = get(number);
      replace(
          number,
          maker.withOutputs(
              maker.outputs().stream().map(o -> o.equals(tensor) ? newName : o).toList()));
    }
    return replaceUses(tensor, newName);
  }

  /**
   * Whether a node of this graph makes a tensor.
   *
   * @param tensor the tensor
   * @return false for an input, a constant and an unknown name
   */
  public boolean isMade(String tensor) {
    return !known(makers, tensor).isEmpty();
  }

  /**
   * The node that makes a tensor.
   *
   * @param tensor the tensor
   * @return the node
   * @throws OnnxException if there is none
   */
  public Node producer(String tensor) {
    return known(makers, tensor).stream()
        .findFirst()
        .map(nodes::get)
        .orElseThrow(
            () -> new OnnxException("Nothing makes tensor '" + tensor + "' in '" + name + "'"));
  }

  /**
   * The nodes that read a tensor, be it in a subgraph only.
   *
   * @param tensor the tensor
   * @return the nodes, each once
   */
  public List<Node> consumers(String tensor) {
    return known(readers, tensor).stream().map(nodes::get).toList();
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
    return outputs.containsKey(tensor);
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
    Set<String> given = new HashSet<>(initializers.keySet());
    inputs.forEach(input -> given.add(input.name()));
    Map<String, Integer> producers = producers(given);
    List<Node> sorted = sort(producers, given);
    Set<String> read = new HashSet<>(outputs.keySet());
    sorted.forEach(node -> read.addAll(node.reads()));
    Map<String, Tensor> used = new LinkedHashMap<>(initializers);
    used.keySet().retainAll(read);
    return new OnnxModel(
        name,
        irVersion,
        opsets,
        sorted,
        used,
        inputs,
        List.copyOf(outputs.values()),
        metadata,
        null);
  }

  private Map<String, Integer> producers(Set<String> given) {
    Map<String, Integer> producers = new HashMap<>();
    nodes.forEach(
        (number, node) -> {
          for (String output : node.outputs()) {
            if (!output.isEmpty()
                && (producers.put(output, number) != null || given.contains(output))) {
              throw new OnnxException(
                  "Expected tensor '%s' to be made once in model '%s', found another: %s"
                      .formatted(output, name, node));
            }
          }
        });
    return producers;
  }

  /** Kahn's algorithm would lose the given order; a depth-first walk in that order keeps it. */
  private List<Node> sort(Map<String, Integer> producers, Set<String> given) {
    Set<Integer> needed = needed(producers);
    List<Node> sorted = new ArrayList<>();
    Map<Integer, Boolean> done = new HashMap<>();
    for (Integer number : nodes.keySet()) {
      if (needed.contains(number)) {
        place(number, producers, given, done, sorted);
      }
    }
    return sorted;
  }

  private Set<Integer> needed(Map<String, Integer> producers) {
    Set<Integer> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(outputs.keySet());
    while (!open.isEmpty()) {
      Integer number = producers.get(open.remove());
      if (number != null && needed.add(number)) {
        open.addAll(get(number).reads());
      }
    }
    return needed;
  }

  private Node get(int number) {
    return Objects.requireNonNull(nodes.get(number));
  }

  /** Depth-first with a stack of its own: graphs are deeper than Java's stack likes. */
  private void place(
      int start,
      Map<String, Integer> producers,
      Set<String> given,
      Map<Integer, Boolean> done,
      List<Node> sorted) {
    Deque<Integer> stack = new ArrayDeque<>();
    stack.push(start);
    while (!stack.isEmpty()) {
      Integer number = stack.peek();
      Node node = get(number);
      if (Boolean.TRUE.equals(done.get(number))) {
        stack.pop();
        continue;
      }
      done.put(number, false);
      @Nullable Integer missing = null;
      for (String tensor : node.reads()) {
        Integer producer = producers.get(tensor);
        if (producer == null) {
          requireGiven(node, tensor, given);
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
        done.put(number, true);
        sorted.add(node);
        stack.pop();
      }
    }
  }

  private void requireGiven(Node node, String tensor, Set<String> given) {
    if (!given.contains(tensor)) {
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
