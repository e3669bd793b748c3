package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableLongArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Padding, normalization and factors go into their neighbors; the engine answers as before. */
class FoldingTest {
  private final GraphBuilder graph = GraphBuilder.create("small");
  private final Random random = new Random(2);

  private String input() {
    return graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 2L, 5L, 6L)));
  }

  private float[] normal(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private String weights(String name, long... dims) {
    int length = 1;
    for (long dim : dims) {
      length *= (int) dim;
    }
    return graph.initializer(
        Tensor.floats(name, com.google.common.primitives.Longs.asList(dims), normal(length)));
  }

  private String node(
      String opType, String output, Map<String, Attribute> attributes, String... inputs) {
    return graph.node(opType, List.of(inputs), output, attributes);
  }

  private String pad(String input, long... pads) {
    graph.initializer(Tensor.longs("pads", List.of((long) pads.length), pads));
    return node("Pad", "padded", Map.of(), input, "pads");
  }

  private OnnxModel check(String output, String... operators) {
    OnnxModel model = graph.output(Graphs.output(output)).build();
    OnnxModel simple = Simplification.simplify(model);
    assertThat(simple.nodes()).extracting(Node::opType).containsExactly(operators);
    assertThat(EngineAnswer.of(simple)).containsExactly(EngineAnswer.of(model), within(2e-5f));
    assertThat(Simplification.simplify(simple).toBytes()).isEqualTo(simple.toBytes());
    return simple;
  }

  @Test
  void aConvolutionPadsForItself() {
    pad(input(), 0, 0, 1, 0, 0, 0, 2, 3);
    node(
        "Conv",
        "out",
        Map.of("pads", Attribute.ints(0, 1, 0, 1), "strides", Attribute.ints(2, 1)),
        "padded",
        weights("w", 3, 2, 3, 2));
    OnnxModel simple = check("out", "Conv");
    assertThat(simple.nodes().get(0).intsAttribute("pads", List.of()))
        .containsExactly(1L, 1L, 2L, 4L);
  }

  @Test
  void paddingIsComputedAsPyTorchWritesIt() {
    graph.initializer(Tensor.longs("given", List.of(4L), 1, 2, 0, 1));
    graph.initializer(Tensor.longs("four", List.of(1L), 4));
    graph.initializer(Tensor.longs("pairs", List.of(2L), -1, 2));
    graph.initializer(Tensor.longs("zero", List.of(1L), 0));
    graph.initializer(Tensor.longs("back", List.of(1L), -1));
    graph.initializer(Tensor.longs("end", List.of(1L), -Long.MAX_VALUE));
    Attribute zero = Attribute.of(Tensor.longs("", List.of(1L), 0));
    node("ConstantOfShape", "others", Map.of("value", zero), "four");
    node("Concat", "all", Map.of("axis", Attribute.of(0)), "given", "others");
    node("Reshape", "rows", Map.of(), "all", "pairs");
    node("Slice", "turned", Map.of(), "rows", "back", "end", "zero", "back");
    node("Transpose", "columns", Map.of("perm", Attribute.ints(1, 0)), "turned");
    node("Reshape", "flat", Map.of(), "columns", "back");
    node("Cast", "pads", Map.of("to", Attribute.of(7)), "flat");
    graph.initializer(Tensor.floats("value", List.of(), 0));
    node("Pad", "padded", Map.of("mode", Attribute.of("constant")), input(), "pads", "value");
    node("Conv", "out", Map.of(), "padded", weights("w", 3, 2, 3, 3));
    OnnxModel simple = check("out", "Conv");
    assertThat(simple.nodes().get(0).intsAttribute("pads", List.of()))
        .containsExactly(0L, 1L, 1L, 2L);
  }

  @Test
  void axesOfAPadMayBeGiven() {
    graph.opset("", 18);
    graph.initializer(Tensor.longs("pads", List.of(2L), 1, 2));
    graph.initializer(Tensor.longs("axes", List.of(1L), -1));
    node("Pad", "padded", Map.of(), input(), "pads", "", "axes");
    node("Conv", "out", Map.of(), "padded", weights("w", 3, 2, 3, 3));
    check("out", "Conv");
  }

  @Test
  void aPadIsFoldedIntoEachOfItsReaders() {
    pad(input(), 0, 0, 1, 1, 0, 0, 1, 1);
    node("Conv", "a", Map.of(), "padded", weights("w", 3, 2, 3, 3));
    node(
        "Conv", "b", Map.of("dilations", Attribute.ints(2, 2)), "padded", weights("v", 3, 2, 2, 2));
    node("Add", "out", Map.of(), "a", "b");
    check("out", "Conv", "Conv", "Add");
  }

  @Test
  void whoCannotPadKeepsThePad() {
    pad(input(), 0, 0, 1, 1, 0, 0, 1, 1);
    node("Conv", "a", Map.of(), "padded", weights("w", 2, 2, 1, 1));
    node("Add", "out", Map.of(), "a", "padded");
    check("out", "Pad", "Conv", "Add");
  }

  @Test
  void otherPaddingStays() {
    pad(input(), 0, 1, 0, 0, 0, 0, 0, 0); // a channel
    node("Conv", "out", Map.of(), "padded", weights("w", 2, 3, 1, 1));
    check("out", "Pad", "Conv");
  }

  @Test
  void cropsStay() {
    pad(input(), 0, 0, -1, 0, 0, 0, 1, 0);
    node("Conv", "out", Map.of(), "padded", weights("w", 2, 2, 1, 1));
    check("out", "Pad", "Conv");
  }

  @ParameterizedTest
  @ValueSource(strings = {"reflect", "edge"})
  void whatPadsWithPixelsStays(String mode) {
    graph.initializer(Tensor.longs("pads", List.of(8L), 0, 0, 1, 1, 0, 0, 1, 1));
    node("Pad", "padded", Map.of("mode", Attribute.of(mode)), input(), "pads");
    node("Conv", "out", Map.of(), "padded", weights("w", 2, 2, 3, 3));
    check("out", "Pad", "Conv");
  }

  @Test
  void whatPadsWithOnesStays() {
    graph.initializer(Tensor.longs("pads", List.of(8L), 0, 0, 1, 1, 0, 0, 1, 1));
    graph.initializer(Tensor.floats("one", List.of(), 1));
    node("Pad", "padded", Map.of(), input(), "pads", "one");
    node("Conv", "out", Map.of(), "padded", weights("w", 2, 2, 3, 3));
    check("out", "Pad", "Conv");
  }

  @Test
  void averagesCountThePadding() {
    pad(input(), 0, 0, 1, 0, 0, 0, 1, 1);
    node(
        "AveragePool",
        "out",
        Map.of("kernel_shape", Attribute.ints(3, 3), "strides", Attribute.ints(2, 2)),
        "padded");
    check("out", "AveragePool");
  }

  @Test
  void averagesThatDoNotCountTheirOwnPaddingStay() {
    pad(input(), 0, 0, 1, 0, 0, 0, 1, 1);
    node(
        "AveragePool",
        "out",
        Map.of("kernel_shape", Attribute.ints(3, 3), "pads", Attribute.ints(1, 1, 1, 1)),
        "padded");
    check("out", "Pad", "AveragePool");
  }

  @Test
  void maximaOfRectifiedPixelsPadForThemselves() {
    pad(node("Relu", "relu", Map.of(), input()), 0, 0, 1, 1, 0, 0, 1, 1);
    node(
        "MaxPool",
        "out",
        Map.of("kernel_shape", Attribute.ints(3, 3), "strides", Attribute.ints(2, 2)),
        "padded");
    check("out", "Relu", "MaxPool");
  }

  @Test
  void maximaOfAnyPixelsDoNot() {
    pad(input(), 0, 0, 1, 1, 0, 0, 1, 1);
    node("MaxPool", "out", Map.of("kernel_shape", Attribute.ints(3, 3)), "padded");
    check("out", "Pad", "MaxPool");
  }

  @Test
  void aWindowOfPaddingAloneIsNotAskedOfPooling() {
    pad(node("Relu", "relu", Map.of(), input()), 0, 0, 2, 2, 0, 0, 2, 2);
    node("MaxPool", "out", Map.of("kernel_shape", Attribute.ints(2, 2)), "padded");
    check("out", "Relu", "Pad", "MaxPool");
  }

  private String normalization(String input, String output, int channels) {
    for (String name : List.of("scale", "shift", "mean")) {
      weights(output + name, channels);
    }
    float[] variance = normal(channels);
    for (int c = 0; c < channels; c++) {
      variance[c] = variance[c] * variance[c] + 0.1f;
    }
    graph.initializer(Tensor.floats(output + "variance", List.of((long) channels), variance));
    return node(
        "BatchNormalization",
        output,
        Map.of(),
        input,
        output + "scale",
        output + "shift",
        output + "mean",
        output + "variance");
  }

  @Test
  void normalizationBehindAConcatBecomesAConvolutionOfPixels() {
    String a = node("Conv", "a", Map.of(), input(), weights("w", 3, 2, 1, 1));
    String both = node("Concat", "both", Map.of("axis", Attribute.of(1)), a, "data");
    node("Relu", "out", Map.of(), normalization(both, "norm", 5));
    OnnxModel simple = check("out", "Conv", "Concat", "Conv", "Relu");
    Node conv = simple.producer("norm").orElseThrow();
    assertThat(conv.intAttribute("group", 1)).isEqualTo(5);
  }

  @Test
  void normalizationOfASkipConnectionBecomesAConvolutionOfPixels() {
    String a = node("Conv", "a", Map.of(), input(), weights("w", 2, 2, 1, 1));
    String sum = node("Add", "sum", Map.of(), a, "data");
    String relu = node("Relu", "relu", Map.of(), normalization(sum, "norm", 2));
    node("Add", "out", Map.of(), relu, sum);
    check("out", "Conv", "Add", "Conv", "Relu", "Add");
  }

  @Test
  void normalizationOfOtherRanksStays() {
    node("Flatten", "flat", Map.of(), input());
    normalization("flat", "out", 60);
    check("out", "Flatten", "BatchNormalization");
  }

  private String product(float alpha, float beta, Tensor bias, boolean transposed) {
    node("Flatten", "flat", Map.of(), input());
    graph.initializer(bias);
    return node(
        "Gemm",
        "out",
        Map.of(
            "alpha", Attribute.of(alpha),
            "beta", Attribute.of(beta),
            "transB", Attribute.of(transposed ? 1 : 0)),
        "flat",
        transposed ? weights("w", 4, 60) : weights("w", 60, 4),
        bias.name());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void factorsOfAProductGoIntoItsConstants(boolean transposed) {
    product(0.5f, -3, Tensor.floats("b", List.of(4L), 1, 2, 3, 4), transposed);
    Node gemm = check("out", "Flatten", "Gemm").nodes().get(1);
    assertThat(gemm.attributes()).containsOnlyKeys("transB");
  }

  @Test
  void aBiasOfOneRowIsOneForEachColumn() {
    product(1, 1, Tensor.floats("b", List.of(1L, 4L), 1, 2, 3, 4), true);
    OnnxModel simple = check("out", "Flatten", "Gemm");
    assertThat(simple.initializers().get(simple.nodes().get(1).inputs().get(2)).dims())
        .containsExactly(4L);
  }

  @Test
  void aBiasOfOneNumberIsOneForEachColumn() {
    product(1, 2, Tensor.floats("b", List.of(), 7), false);
    OnnxModel simple = check("out", "Flatten", "Gemm");
    assertThat(simple.initializers().get(simple.nodes().get(1).inputs().get(2)).toFloats())
        .containsExactly(14, 14, 14, 14);
  }

  @Test
  void aBiasInAConstantNodeIsFound() {
    node("Flatten", "flat", Map.of(), input());
    node("Constant", "b", Map.of("value_floats", new Attribute.Floats(List.of(1f, 2f))));
    node("Gemm", "out", Map.of(), "flat", weights("w", 60, 2), "b");
    assertThat(check("out", "Flatten", "Gemm").initializers()).containsKey("b");
  }

  private String half(String name, List<Long> dims, int... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int b : bits) {
      bytes.putShort((short) b);
    }
    return graph.initializer(
        Tensor.wrap(name, DataType.FLOAT16, ImmutableLongArray.copyOf(dims), bytes.flip()));
  }

  @Test
  void halfPrecisionWithinAModelIsLifted() {
    half("w", List.of(2L, 2L, 1L, 1L), 0x3c00, 0x3800, 0xc000, 0x3c00); // 1, 0.5, -2, 1
    node("Cast", "low", Map.of("to", Attribute.of(10)), input());
    node("Conv", "conv", Map.of(), "low", "w");
    node("Cast", "out", Map.of("to", Attribute.of(1)), "conv");
    OnnxModel model = graph.output(Graphs.output("out")).build();
    OnnxModel simple = Simplification.simplify(model);
    assertThat(simple.nodes()).extracting(Node::opType).containsExactly("Conv");
    assertThat(simple.output().name()).isEqualTo("out");
    // Half precision rounds to three digits.
    assertThat(EngineAnswer.of(simple)).containsExactly(EngineAnswer.of(model), within(1e-2f));
  }

  @Test
  void aModelOfHalfPrecisionThroughoutIsLiftedAndKnownByItsFile() {
    graph.input(new ValueInfo("data", DataType.FLOAT16, List.of(-1L, 2L, 5L, 6L)));
    half("w", List.of(2L, 2L, 1L, 1L), 0x3c00, 0x3800, 0xc000, 0x3c00);
    half("two", List.of(), 0x4000);
    node("Conv", "conv", Map.of(), "data", "w");
    node("Div", "out", Map.of(), "conv", "two");
    OnnxModel model = graph.output(new ValueInfo("out", DataType.FLOAT16, List.of())).build();
    OnnxModel lifted = SinglePrecision.apply(model);
    assertThat(lifted.sha256()).isEqualTo(model.sha256());
    assertThat(lifted.input().type()).isEqualTo(DataType.FLOAT);
    assertThat(lifted.output().type()).isEqualTo(DataType.FLOAT);
    assertThat(lifted.initializers().get("two").toFloats()).containsExactly(2);
    assertThat(EngineAnswer.of(lifted)).isNotEmpty();
    assertThat(SinglePrecision.apply(lifted)).isSameAs(lifted);
  }

  @Test
  void halfPrecisionWithinASubgraphIsRefused() {
    input();
    graph.node(Bodies.choice(graph, "out", "Abs", List.of("data")));
    OnnxModel model = graph.output(Graphs.output("out")).build();
    assertThat(SinglePrecision.apply(model)).isSameAs(model);
    Node halved = Bodies.halfChoice(graph, "low", List.of("data"));
    graph.node(halved);
    graph.output(Graphs.output("low"));
    OnnxModel half = graph.build();
    assertThatThrownBy(() -> SinglePrecision.apply(half))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("within If 'low'");
  }
}
