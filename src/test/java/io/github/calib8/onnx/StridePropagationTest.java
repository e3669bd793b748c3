package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StridePropagationTest {
  private static final int CHANNELS = 4;
  private static final List<Long> ONE = List.of(1L, 1L);
  private static final List<Long> TWO = List.of(2L, 2L);

  private final GraphBuilder builder = GraphBuilder.create("strides");
  private final Random random = new Random(3);

  StridePropagationTest() {
    builder.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, (long) CHANNELS, 13L, 9L)));
  }

  private String conv(String input, String output, int edge, int stride, int pad) {
    return conv(input, output, edge, stride, Map.of("pads", Attribute.ints(pad, pad, pad, pad)));
  }

  private String conv(
      String input, String output, int edge, int stride, Map<String, Attribute> padding) {
    float[] weights = new float[CHANNELS * CHANNELS * edge * edge];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian() / (edge * 2);
    }
    String name = output + "_w";
    builder.initializer(
        Tensor.floats(
            name, List.of((long) CHANNELS, (long) CHANNELS, (long) edge, (long) edge), weights));
    Map<String, Attribute> attributes = new LinkedHashMap<>(padding);
    attributes.put("strides", Attribute.ints(stride, stride));
    return builder.node("Conv", List.of(input, name), output, attributes);
  }

  private String relu(String input) {
    return builder.node("Relu", List.of(input), input + "_relu", Map.of());
  }

  private OnnxModel build(String output) {
    return builder.output(Graphs.output(output)).build();
  }

  private static List<Long> strides(OnnxModel model, String conv) {
    return model.producer(conv).orElseThrow().intsAttribute("strides", ONE);
  }

  private static void assertSameOutputs(OnnxModel model, OnnxModel rewritten) {
    assertThat(run(rewritten)).containsExactly(run(model), within(1e-5f));
  }

  private static float[] run(OnnxModel model) {
    List<Long> dims = model.input().dims();
    long[] shape = {2, dims.get(1), dims.get(2), dims.get(3)};
    INDArray images = Nd4j.create(shape);
    Random random = new Random(5);
    for (long i = 0; i < images.length(); i++) {
      images.putScalar(i, (float) random.nextGaussian());
    }
    try (InferenceSession session =
        InferenceSession.open(model, EngineOptions.defaults().withThreads(1))) {
      return session.run(images).reshape(-1).toFloatVector();
    }
  }

  @Test
  void aStrideMovesThroughARectifierToTheConvolutionBefore() {
    String first = conv("data", "first", 3, 1, 1);
    OnnxModel model = build(conv(relu(first), "second", 1, 2, 0));

    OnnxModel rewritten = StridePropagation.apply(model);

    assertThat(strides(rewritten, "first")).isEqualTo(TWO);
    assertThat(strides(rewritten, "second")).isEqualTo(ONE);
    assertThat(rewritten.nodes()).hasSameSizeAs(model.nodes());
    assertSameOutputs(model, rewritten);
  }

  @Test
  void stridesMultiply() {
    String first = conv("data", "first", 3, 2, 0);
    String second = conv(first, "second", 1, 2, 0);
    OnnxModel model = build(conv(second, "third", 1, 2, 0));

    OnnxModel rewritten = StridePropagation.apply(model);

    assertThat(strides(rewritten, "first")).isEqualTo(List.of(8L, 8L));
    assertThat(strides(rewritten, "second")).isEqualTo(ONE);
    assertThat(strides(rewritten, "third")).isEqualTo(ONE);
    assertSameOutputs(model, rewritten);
  }

  @Test
  void atAResidualAdditionTheShortcutIsPicked() {
    String shortcut = relu(conv("data", "shortcut", 3, 1, 1));
    String branch = conv(shortcut, "branch", 3, 1, 1);
    String sum = relu(builder.node("Add", List.of(shortcut, branch), "sum", Map.of()));
    String left = conv(sum, "left", 1, 2, 0);
    String right = conv(sum, "right", 1, 2, 0);
    OnnxModel model = build(builder.node("Add", List.of(left, right), "end", Map.of()));

    OnnxModel rewritten = StridePropagation.apply(model);

    assertThat(strides(rewritten, "shortcut")).isEqualTo(ONE); // read by "branch" as a whole
    assertThat(strides(rewritten, "branch")).isEqualTo(TWO);
    assertThat(strides(rewritten, "left")).isEqualTo(ONE);
    assertThat(strides(rewritten, "right")).isEqualTo(ONE);
    assertThat(rewritten.nodes())
        .filteredOn(node -> node.is("MaxPool"))
        .singleElement()
        // In this order always: it is that of the file's bytes.
        .satisfies(
            pick ->
                assertThat(pick.attributes().keySet()).containsExactly("kernel_shape", "strides"));
    assertSameOutputs(model, rewritten);
  }

  @Test
  void anAdditionOfTensorsThatAreAllReadAsAWholeStays() {
    String one = conv("data", "one", 3, 1, 1);
    String other = conv(one, "other", 3, 1, 1);
    String sum = builder.node("Add", List.of(one, other), "sum", Map.of());
    String strided = conv(sum, "strided", 1, 2, 0);
    String pooled =
        builder.node(
            "MaxPool",
            List.of(other),
            "pooled",
            Map.of(
                "kernel_shape",
                Attribute.ints(2, 2),
                "strides",
                Attribute.ints(2, 2),
                "ceil_mode",
                Attribute.of(1)));
    OnnxModel model = build(builder.node("Add", List.of(strided, pooled), "end", Map.of()));

    assertThat(StridePropagation.apply(model)).isSameAs(model);
  }

  @Test
  void whatIsReadOtherwiseAsWellStays() {
    String first = conv("data", "first", 3, 1, 1);
    String strided = conv(first, "strided", 1, 2, 0);
    OnnxModel model = builder.output(Graphs.output(first)).output(Graphs.output(strided)).build();

    assertThat(StridePropagation.apply(model)).isSameAs(model);
  }

  @Test
  void paddingThatDependsOnTheStrideStays() {
    Map<String, Attribute> same = Map.of("auto_pad", Attribute.of("SAME_UPPER"));
    OnnxModel model = build(conv(conv("data", "first", 3, 1, same), "second", 1, 2, 0));

    assertThat(StridePropagation.apply(model)).isSameAs(model);
  }

  @Test
  void aPointwiseConvolutionWithPaddingStays() {
    OnnxModel model = build(conv(conv("data", "first", 3, 1, 1), "second", 1, 2, 1));

    assertThat(StridePropagation.apply(model)).isSameAs(model);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void anyGraphComputesTheSame(int seed) {
    Random choice = new Random(seed);
    List<String> tensors = new ArrayList<>(List.of("data"));
    for (int i = 0; i < 12; i++) {
      String input = tensors.get(tensors.size() - 1 - choice.nextInt(Math.min(3, tensors.size())));
      String made = "t" + i;
      switch (choice.nextInt(4)) {
        case 0 -> conv(input, made, 1, 1 + choice.nextInt(2), 0);
        case 1 -> conv(input, made, 3, 1, 1);
        case 2 -> made = relu(builder.node("Clip", List.of(input), made, Map.of()));
        default -> {
          String branch = conv(input, made + "_branch", 3, 1, 1);
          builder.node("Add", List.of(branch, input), made, Map.of());
        }
      }
      tensors.add(made);
    }
    String end = tensors.get(tensors.size() - 1);
    OnnxModel model = build(builder.node("GlobalAveragePool", List.of(end), "end", Map.of()));

    OnnxModel rewritten = StridePropagation.apply(model);

    assertSameOutputs(model, rewritten);
    assertThat(StridePropagation.apply(rewritten)).isSameAs(rewritten);
  }

  @Test
  void aResNetSkipsWhatTheNextStageDoesNotRead() {
    OnnxModel model =
        Simplification.simplify(
            NetworkSpec.of(Architecture.RESNET50).withWidth(0.25).withInputSize(64).toModel());

    OnnxModel rewritten = StridePropagation.apply(model);

    assertThat(rewritten.nodes().stream().filter(node -> node.is("Conv")))
        .filteredOn(node -> node.intsAttribute("strides", ONE).equals(TWO))
        .extracting(Node::output)
        .map(output -> output.replaceAll("_(bn|scale|relu).*", ""))
        .containsExactly("conv1", "res2c_branch2b", "res3d_branch2b", "res4f_branch2b");
    assertSameOutputs(model, rewritten);
  }

  @Test
  void aStrideMovesThroughAProductOfImagesToo() {
    String left = conv("data", "left", 3, 1, 1);
    String right = conv("data", "right", 3, 1, 1);
    String product = builder.node("Mul", List.of(left, right), "product", Map.of());
    OnnxModel model = build(conv(product, "out", 1, 2, 0));
    OnnxModel rewritten = StridePropagation.apply(model);

    assertThat(strides(rewritten, "left")).isEqualTo(TWO);
    assertThat(strides(rewritten, "right")).isEqualTo(TWO);
    assertSameOutputs(model, rewritten);
  }

  /** An order of chance would give the file of the same model other bytes in another run. */
  @Test
  void whatPicksPixelsHasItsAttributesInAFixedOrder() {
    String left = conv("data", "left", 3, 1, 1);
    String right = conv("data", "right", 3, 1, 1);
    builder.output(Graphs.output(right));
    String sum = builder.node("Add", List.of(left, right), "sum", Map.of());
    OnnxModel rewritten = StridePropagation.apply(build(conv(sum, "out", 1, 2, 0)));

    assertThat(rewritten.nodes())
        .filteredOn(node -> node.is("MaxPool"))
        .singleElement()
        .satisfies(
            pick ->
                assertThat(pick.attributes().keySet()).containsExactly("kernel_shape", "strides"));
  }
}
