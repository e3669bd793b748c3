package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.tensor.FloatTensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the engine: its products are those of the windows. */
class InputWindowsTest {

  static Stream<Arguments> convolutions() {
    return Stream.of(
        Arguments.of(List.of(4L, 3L, 3L, 3L), Map.of()),
        Arguments.of(List.of(4L, 3L, 3L, 2L), Map.of("pads", Attribute.ints(1, 0, 2, 1))),
        Arguments.of(
            List.of(2L, 3L, 3L, 3L),
            Map.of(
                "pads", Attribute.ints(1, 1, 1, 1),
                "strides", Attribute.ints(2, 3),
                "dilations", Attribute.ints(2, 1))),
        Arguments.of(
            List.of(6L, 1L, 3L, 3L),
            Map.of("group", Attribute.of(3), "pads", Attribute.ints(1, 1, 1, 1))),
        Arguments.of(
            List.of(2L, 3L, 4L, 3L),
            Map.of("auto_pad", Attribute.of("SAME_UPPER"), "strides", Attribute.ints(2, 2))),
        Arguments.of(
            List.of(2L, 3L, 4L, 3L),
            Map.of("auto_pad", Attribute.of("SAME_LOWER"), "strides", Attribute.ints(2, 2))),
        Arguments.of(List.of(2L, 3L, 2L, 2L), Map.of("auto_pad", Attribute.of("VALID"))),
        Arguments.of(List.of(5L, 3L, 1L, 1L), Map.of("strides", Attribute.ints(2, 2))));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutions(List<Long> weights, Map<String, Attribute> attributes) {
    check("Conv", weights, 0, attributes, List.of(1L, 3L, 9L, 8L));
  }

  @Test
  void convolutionsOfOneAndThreeDimensions() {
    check(
        "Conv",
        List.of(2L, 3L, 3L),
        0,
        Map.of("pads", Attribute.ints(2, 1), "strides", Attribute.ints(2)),
        List.of(1L, 3L, 7L));
    check(
        "Conv",
        List.of(2L, 3L, 2L, 1L, 3L),
        0,
        Map.of("pads", Attribute.ints(0, 1, 1, 1, 0, 1)),
        List.of(1L, 3L, 4L, 3L, 5L));
  }

  @Test
  void matrixProducts() {
    check("MatMul", List.of(5L, 3L), 1, Map.of(), List.of(1L, 5L));
    check("MatMul", List.of(5L, 3L), 1, Map.of(), List.of(1L, 4L, 5L));
    check("Gemm", List.of(3L, 5L), 0, Map.of("transB", Attribute.of(1)), List.of(1L, 5L));
  }

  @Test
  void anInputThatDoesNotFitIsAnError() {
    Node conv = new Node("", "Conv", "", List.of("x", "w"), List.of("y"), Map.of());
    assertThatExceptionOfType(OnnxException.class)
        .isThrownBy(() -> InputWindows.of(conv, List.of(2L, 3L, 3L, 3L), List.of(2L, 3L, 8L, 8L)))
        .withMessageContaining("Expected one image of 3 channels and 2 more dimensions")
        .withMessageContaining("found [2, 3, 8, 8]");
    assertThatExceptionOfType(OnnxException.class)
        .isThrownBy(() -> InputWindows.of(conv, List.of(2L, 3L, 3L, 3L), List.of(1L, 3L, 2L, 8L)))
        .withMessageContaining("Expected an image not smaller than the window");
    Node product = new Node("", "MatMul", "", List.of("x", "w"), List.of("y"), Map.of());
    assertThatExceptionOfType(OnnxException.class)
        .isThrownBy(() -> InputWindows.of(product, List.of(5L, 3L), List.of(1L, 4L)))
        .withMessageContaining("Expected rows of 5")
        .withMessageContaining("found [1, 4]");
  }

  private static void check(
      String operator,
      List<Long> weights,
      int channelAxis,
      Map<String, Attribute> attributes,
      List<Long> input) {
    Random random = new Random(weights.hashCode());
    float[] w = values(random, weights);
    float[] x = values(random, input);
    GraphBuilder graph = GraphBuilder.create("product");
    graph.input(new ValueInfo("x", DataType.FLOAT, input));
    graph.initializer(Tensor.floats("w", weights, w));
    Node node = new Node("", operator, "", List.of("x", "w"), List.of("y"), attributes);
    graph.node(node).output(new ValueInfo("y", DataType.FLOAT, List.of()));
    long[] shape = input.stream().mapToLong(Long::longValue).toArray();
    float[] expected;
    try (InferenceSession session =
            InferenceSession.open(graph.build(), EngineOptions.defaults().withThreads(1));
        FloatTensor image = FloatTensor.of(x, shape);
        FloatTensor made = session.run(image)) {
      expected = made.toArray();
    }

    InputWindows windows = InputWindows.of(node, weights, input);
    int channels = Math.toIntExact(weights.get(channelAxis));
    int groups = (int) node.intAttribute("group", 1);
    int length = windows.length() / groups;
    FloatBuffer buffer = FloatBuffer.allocate(x.length + 5).position(5);
    buffer.put(5, x);
    assertThat(windows.imageLength()).isEqualTo(x.length);
    assertThat(expected).hasSize(channels * windows.count());
    for (int place = 0; place < windows.count(); place++) {
      float[] window = windows.read(buffer, place);
      for (int c = 0; c < channels; c++) {
        double sum = 0;
        int group = c / (channels / groups);
        for (int i = 0; i < length; i++) {
          float weight = channelAxis == 0 ? w[c * length + i] : w[i * channels + c];
          sum += (double) weight * window[group * length + i];
        }
        int at = operator.equals("Conv") ? c * windows.count() + place : place * channels + c;
        assertThat(sum).isCloseTo(expected[at], within(1e-4));
      }
    }
  }

  private static float[] values(Random random, List<Long> dims) {
    int count = Math.toIntExact(dims.stream().reduce(1L, (a, b) -> a * b));
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
