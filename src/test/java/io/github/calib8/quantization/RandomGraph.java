package io.github.calib8.quantization;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * A graph of operators drawn from the whole table, every one of which comes up sooner or later. Its
 * types fit; its shapes do not, so that it can be planned, but not run.
 */
final class RandomGraph {
  private static final int CHANNELS = 3;

  private final Random random;
  private final GraphBuilder builder = GraphBuilder.create("random");

  /** What nodes can compute on: float32 activations. */
  private final List<String> activations = new ArrayList<>();

  /** What nodes make of nothing: no weights, whose shape would have to fit. */
  private final List<String> constants = new ArrayList<>();

  private RandomGraph(long seed) {
    this.random = new Random(seed);
  }

  /**
   * Draws one.
   *
   * @param first what its first node is; those behind are drawn
   */
  static OnnxModel of(long seed, OperatorTraits first, int nodes) {
    RandomGraph graph = new RandomGraph(seed);
    graph.activations.add(
        graph.builder.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 8L, 8L))));
    graph.convolution();
    graph.add(first);
    List<OperatorTraits> table = OperatorTraits.all();
    for (int i = 0; i < nodes; i++) {
      if (graph.random.nextInt(3) == 0) {
        graph.convolution();
      } else {
        graph.add(table.get(graph.random.nextInt(table.size())));
      }
    }
    for (int i = Math.max(0, graph.activations.size() - 2); i < graph.activations.size(); i++) {
      graph.builder.output(new ValueInfo(graph.activations.get(i), DataType.FLOAT, List.of()));
    }
    return graph.builder.build();
  }

  private void convolution() {
    OperatorTraits.all().stream()
        .filter(row -> row.kind() == OperatorKind.CONVOLUTION)
        .findFirst()
        .ifPresent(this::add);
  }

  private void add(OperatorTraits row) {
    int dot = row.operator().lastIndexOf('.');
    String operator = row.operator().substring(dot + 1);
    String output = builder.uniqueName(operator.toLowerCase(Locale.ROOT));
    Map<String, Attribute> attributes = attributes(operator);
    List<String> outputs = row.areOutputsAlike() ? List.of(output, output + "_b") : List.of(output);
    Node node =
        new Node(
            random.nextBoolean() ? output + "_node" : "",
            operator,
            row.operator().substring(0, Math.max(0, dot)),
            inputs(row, output),
            outputs,
            attributes);
    builder.node(node);
    if (row.kind() == OperatorKind.CONSTANT) {
      constants.addAll(outputs);
    } else if (row.makesFloats(node, input -> true)) {
      activations.addAll(outputs);
    }
  }

  private List<String> inputs(OperatorTraits row, String output) {
    List<String> inputs = new ArrayList<>();
    switch (row.kind()) {
      case CONVOLUTION, TRANSPOSED_CONVOLUTION, MATRIX_PRODUCT -> {
        inputs.add(activation());
        boolean matrix = row.kind() == OperatorKind.MATRIX_PRODUCT;
        inputs.add(
            random.nextInt(6) == 0
                ? activation()
                : matrix ? constant(output + "_w", 3, 3) : constant(output + "_w", 3, 3, 1, 1));
        if (!matrix && random.nextBoolean()) {
          inputs.add(constant(output + "_b", CHANNELS));
        }
      }
      case ADDITION, ARITHMETIC, CONCATENATION -> {
        inputs.add(activation());
        inputs.add(
            switch (random.nextInt(8)) {
              case 0 -> constant(output + "_c", 3, 1, 1);
              case 1 -> constants.isEmpty() ? activation() : constants.get(constants.size() - 1);
              default -> activation();
            });
        inputs.addAll(row.operator().equals("Where") ? List.of(activation()) : List.of());
      }
      case CONSTANT -> inputs.addAll(List.of());
      case NORMALIZATION -> {
        inputs.add(activation());
        for (int i = 0; i < 4; i++) {
          inputs.add(constant(output + "_p" + i, CHANNELS));
        }
      }
      default -> {
        inputs.add(activation());
        if (row.isSetting(1) && random.nextBoolean()) {
          inputs.add(constant(output + "_s"));
        }
      }
    }
    return inputs;
  }

  private Map<String, Attribute> attributes(String operator) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    switch (operator) {
      case "Gemm" -> {
        attributes.put("transA", Attribute.of(random.nextInt(4) == 0 ? 1 : 0));
        attributes.put("transB", Attribute.of(random.nextInt(2)));
      }
      case "Cast" -> attributes.put("to", Attribute.of(random.nextBoolean() ? 1 : 7));
      case "Concat" -> attributes.put("axis", Attribute.of(1));
      case "Constant" -> attributes.put("value_float", Attribute.of(1f));
      case "Conv" -> {
        long stride = 1L + random.nextInt(2);
        attributes.put("strides", Attribute.ints(stride, stride));
      }
      default -> {
        // None needed.
      }
    }
    return attributes;
  }

  private String activation() {
    // Recent ones rather than old ones, so that graphs are deep.
    int back = Math.min(activations.size(), 1 + random.nextInt(4));
    return activations.get(activations.size() - back);
  }

  private String constant(String name, long... dims) {
    List<Long> shape = Arrays.stream(dims).boxed().toList();
    int elements = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = random.nextInt(3); // 0 to 6 as bounds of Clip make rectifiers
    }
    return builder.initializer(Tensor.floats(builder.uniqueName(name), shape, values));
  }
}
