package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.scale.CalibrationTable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs deeper than any stack. */
class DeepGraphTest {
  private static final int DEPTH = 10_000;

  static Stream<Target> targets() {
    return Target.all().stream();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void valuesPassThroughAnyNumberOfNodes(Target target) {
    GraphBuilder graph = start();
    String first = conv(graph, "data", "first");
    String tensor = transposed(graph, first, "before", DEPTH);
    // Parts of one concatenation, each of the values of the first convolution.
    String both =
        graph.node("Concat", List.of(tensor, tensor), "both", Map.of("axis", Attribute.of(2L)));
    String last = reshaped(graph, conv(graph, both, "last"), DEPTH);
    OnnxModel model = graph.output(image(last)).build();

    ObservationPoints points = target.observationPoints(model);
    CalibrationTable table = TargetContractTest.table(model, points);
    OnnxModel int8 = Quantizer.forTarget(target).quantize(model, table);

    assertThat(points.tensors()).contains("data", "first", "both").hasSize(3);
    assertThat(points.concatenations()).containsKey("both");
    assertThat(int8.nodes()).hasSizeGreaterThan(2 * DEPTH);
    assertThat(int8.nodes().stream().filter(Node::isQuantized)).isNotEmpty();
  }

  private static GraphBuilder start() {
    GraphBuilder graph = GraphBuilder.create("deep");
    graph.input(image("data"));
    return graph;
  }

  private static ValueInfo image(String name) {
    return new ValueInfo(name, DataType.FLOAT, List.of(-1L, 2L, -1L, -1L));
  }

  private static String conv(GraphBuilder graph, String input, String output) {
    graph.initializer(Tensor.floats(output + "_w", List.of(2L, 2L, 1L, 1L), 1, -1, 1, 2));
    return graph.node("Conv", List.of(input, output + "_w"), output, Map.of());
  }

  /** What may follow logits, so that the last convolution is the end of the classifier. */
  private static String reshaped(GraphBuilder graph, String from, int times) {
    graph.initializer(Tensor.longs("shape", List.of(4L), 0, 0, -1, 1));
    String tensor = from;
    for (int i = 0; i < times; i++) {
      tensor = graph.node("Reshape", List.of(tensor, "shape"), "behind" + i, Map.of());
    }
    return tensor;
  }

  private static String transposed(GraphBuilder graph, String from, String name, int times) {
    String tensor = from;
    for (int i = 0; i < times; i++) {
      tensor =
          graph.node(
              "Transpose", List.of(tensor), name + i, Map.of("perm", Attribute.ints(0, 1, 3, 2)));
    }
    return tensor;
  }
}
