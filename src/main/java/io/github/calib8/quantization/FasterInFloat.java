package io.github.calib8.quantization;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.scale.CalibrationTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds the nodes that a graph is faster with in floating point, of those that could run in
 * integers.
 *
 * <p>Each node costs one time in integers and another one in floating point; each tensor that goes
 * from floating point to integers costs a QuantizeLinear, and each that goes the other way a
 * DequantizeLinear for every reader, since the engine makes them copies. The assignment of least
 * cost is a minimum cut of a graph whose two sides are the precisions, so it is found and not
 * searched for.
 *
 * @see <a href="https://doi.org/10.1109/TSE.1977.233837">Stone 1977, Multiprocessor scheduling with
 *     the aid of network flow algorithms</a>
 */
final class FasterInFloat {
  /**
   * Below, kernels' own overhead decides, of which the costs know nothing: nanoseconds an image.
   */
  private static final double LEAST_TIME = 100_000;

  /** How much of the time of a plan in integers is worth another plan: costs are within a tenth. */
  private static final double LEAST_GAIN = 0.03;

  /** Costs differ by as much from graph to graph; what is closer stays in integers. */
  private static final double DOUBT = 0.15;

  /** How each reason begins. */
  static final String REASON = "floating point is faster: ";

  private static final long UNITS_A_NANOSECOND = 1000;

  private final OnnxModel model;
  private final Operators operators;
  private final Placement integers;
  private final KernelTimes times;
  private final Map<String, Integer> vertices = new HashMap<>();
  private final MinimumCut cut = new MinimumCut();
  private final Map<List<Integer>, Double> paid = new LinkedHashMap<>();

  private FasterInFloat(
      OnnxModel model, CalibrationTable table, Placement integers, KernelCosts costs) {
    this.model = model;
    this.operators = new Operators(model);
    this.integers = integers;
    this.times = new KernelTimes(model, operators, TensorSizes.of(model, table), costs);
  }

  /**
   * Finds them.
   *
   * @param integers the placement of as many integers as can be
   * @param costs those of the processor that the plan is for
   * @return why each is faster in floating point, by output
   */
  static Map<String, String> of(
      OnnxModel model, CalibrationTable table, Placement integers, KernelCosts costs) {
    return new FasterInFloat(model, table, integers, costs).find();
  }

  private Map<String, String> find() {
    for (PlannedNode node : integers.nodes()) {
      if (node.isInt8() && !integers.droppedRectifiers().contains(node.output())) {
        vertices.put(node.output(), cut.vertex());
      }
    }
    for (Node node : model.nodes()) {
      if (integers.droppedRectifiers().contains(node.output())) {
        vertices.put(node.output(), vertex(node.inputs().get(0)));
      }
      node.outputs().forEach(output -> vertices.putIfAbsent(output, vertex(node.output())));
    }
    model.nodes().forEach(this::addNode);
    model.inputs().forEach(input -> addTensor(input.name(), MinimumCut.SECOND));
    double inFloat =
        model.nodes().stream()
            .filter(node -> isChosen(node.output()))
            .mapToDouble(node -> times.of(node, NodePrecision.FLOAT))
            .sum();
    return inFloat < LEAST_TIME ? Map.of() : chosen();
  }

  private Map<String, String> chosen() {
    boolean[] first = cut.firstSide();
    Map<String, String> floats = new LinkedHashMap<>();
    boolean[] all = new boolean[first.length];
    Arrays.fill(all, true);
    all[MinimumCut.SECOND] = false;
    double inIntegers = cost(all);
    double gain = inIntegers - cost(first);
    if (gain < LEAST_GAIN * inIntegers) {
      return floats;
    }
    for (Node node : model.nodes()) {
      if (isChosen(node.output()) && !first[vertex(node.output())]) {
        floats.put(node.output(), reason(node, gain));
      }
    }
    return floats;
  }

  private String reason(Node node, double gain) {
    double own = times.of(node, NodePrecision.INT8) - times.of(node, NodePrecision.FLOAT);
    return String.format(
        Locale.ROOT,
        own >= 0
            ? REASON + "its kernel by %.1f us an image, the plan by %.1f us"
            : REASON
                + "integers save %.1f us an image here and lose more around it, %.1f us in the plan",
        Math.abs(own) / 1000,
        gain / 1000);
  }

  private boolean isChosen(String tensor) {
    return vertex(tensor) != MinimumCut.SECOND;
  }

  /** What is not decided here is in floating point. */
  private int vertex(String tensor) {
    return vertices.getOrDefault(tensor, MinimumCut.SECOND);
  }

  private void pay(int from, int to, double nanoseconds) {
    if (from != to && nanoseconds > 0) {
      cut.edge(from, to, Math.round(nanoseconds * UNITS_A_NANOSECOND));
      paid.merge(List.of(from, to), nanoseconds, Double::sum);
    }
  }

  private double cost(boolean[] first) {
    return paid.entrySet().stream()
        .filter(edge -> first[edge.getKey().get(0)] && !first[edge.getKey().get(1)])
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private void addNode(Node node) {
    int vertex = vertex(node.output());
    if (vertex != MinimumCut.SECOND && !integers.droppedRectifiers().contains(node.output())) {
      pay(MinimumCut.FIRST, vertex, times.of(node, NodePrecision.FLOAT));
      pay(vertex, MinimumCut.SECOND, (1 - DOUBT) * times.of(node, NodePrecision.INT8));
    }
    if (!isInside(node)) {
      node.outputs().forEach(output -> addTensor(output, vertex));
    }
  }

  /** Whether the rectifier behind a node is part of its kernel, so that nothing lies between. */
  private boolean isInside(Node node) {
    return operators
        .onlyConsumer(node.output())
        .filter(next -> integers.droppedRectifiers().contains(next.output()))
        .isPresent();
  }

  private void addTensor(String tensor, int maker) {
    if (!operators.isFloat(tensor)) {
      return;
    }
    int stored = cut.vertex();
    boolean isRead = false;
    for (Node reader : model.consumers(tensor)) {
      int vertex = vertex(reader.output());
      if (!makesFloats(tensor)) {
        pay(maker, vertex, times.dequantize(tensor, reader));
      }
      if (vertex != MinimumCut.SECOND) {
        if (isConvolved(tensor)) {
          pay(vertex, maker, times.unsuitedMaxima(reader));
        }
        cut.edge(vertex, stored, MinimumCut.NEVER);
        isRead = true;
      }
    }
    if (isRead) {
      pay(stored, maker, times.quantize(tensor));
    }
  }

  /**
   * Whether a convolution made it, whose channels are last on integers alone. Behind other kernels
   * the engine often moves the layout of the next one to the front.
   */
  private boolean isConvolved(String tensor) {
    return model
        .producer(tensor)
        .filter(node -> operators.is(node, OperatorKind.CONVOLUTION))
        .isPresent();
  }

  /** These kernels write what their readers want. */
  private boolean makesFloats(String tensor) {
    return model
        .producer(tensor)
        .filter(node -> operators.is(node, OperatorKind.MATRIX_PRODUCT))
        .filter(node -> isChosen(node.output()))
        .isPresent();
  }
}
