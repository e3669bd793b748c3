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

/** What is computed of constants is what the engine computes of them. */
class ConstantFoldingTest {
  private final GraphBuilder graph = GraphBuilder.create("constants");
  private final Random random = new Random(1);

  private String floats(String name, long... dims) {
    int length = 1;
    for (long dim : dims) {
      length *= (int) dim;
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return graph.initializer(
        Tensor.floats(name, com.google.common.primitives.Longs.asList(dims), values));
  }

  private String longs(String name, long... values) {
    return graph.initializer(Tensor.longs(name, List.of((long) values.length), values));
  }

  private String node(
      String opType, String output, Map<String, Attribute> attributes, String... inputs) {
    return graph.node(opType, List.of(inputs), output, attributes);
  }

  /** data [N,1] times a constant that some nodes compute: all of them must go. */
  private Tensor check(String computed) {
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 1L)));
    node("Flatten", "flat", Map.of("axis", Attribute.of(0)), computed);
    node("Mul", "out", Map.of(), "data", "flat");
    OnnxModel model = graph.output(Graphs.output("out")).build();
    OnnxModel folded = ConstantFolding.apply(ConstantNodes.apply(model));
    assertThat(folded.nodes()).extracting(Node::opType).containsExactly("Mul");
    assertThat(EngineAnswer.of(folded)).containsExactly(EngineAnswer.of(model), within(2e-6f));
    return folded.initializers().get("flat");
  }

  private void checkInts(String computed) {
    check(node("Cast", "numbers", Map.of("to", Attribute.of(1)), computed));
  }

  @Test
  void transposes() {
    check(node("Transpose", "t", Map.of("perm", Attribute.ints(2, 0, 1)), floats("w", 2, 3, 4)));
  }

  @Test
  void transposesAllAxesUnlessToldOtherwise() {
    check(node("Transpose", "t", Map.of(), floats("w", 2, 3, 4)));
  }

  @Test
  void reshapesWithAFreeAndAKeptAxis() {
    String reshaped = node("Reshape", "r", Map.of(), floats("w", 2, 3, 4), longs("s", 0, -1, 2));
    check(node("Transpose", "t", Map.of(), reshaped));
  }

  @Test
  void squeezesAndUnsqueezes() {
    String wide = node("Unsqueeze", "u", Map.of(), floats("w", 2, 3), longs("a", -1, 1));
    String thin = node("Squeeze", "s", Map.of(), wide, longs("b", 1));
    check(node("Transpose", "t", Map.of("perm", Attribute.ints(1, 2, 0)), thin));
  }

  @Test
  void slicesBackAndForth() {
    check(
        node(
            "Slice",
            "s",
            Map.of(),
            floats("w", 5, 6, 7),
            longs("starts", -1, 1, 1000),
            longs("ends", -Long.MAX_VALUE, -1, -6),
            longs("axes", 0, -2, 2),
            longs("steps", -1, 2, -3)));
  }

  @Test
  void gathersAndJoins() {
    String gathered =
        node(
            "Gather",
            "g",
            Map.of("axis", Attribute.of(1)),
            floats("w", 2, 4, 3),
            longs("i", 3, -3, 0));
    check(node("Concat", "c", Map.of("axis", Attribute.of(-2)), gathered, floats("v", 2, 2, 3)));
  }

  @Test
  void computesWithBroadcasting() {
    String sum = node("Add", "add", Map.of(), floats("a", 2, 1, 3), floats("b", 4, 1));
    String difference = node("Sub", "sub", Map.of(), sum, floats("c", 3));
    String product = node("Mul", "mul", Map.of(), floats("d"), difference);
    check(node("Div", "div", Map.of(), product, floats("e", 2, 4, 3)));
  }

  @Test
  void standardizesWeights() {
    String w = floats("w", 4, 3, 2, 2);
    Map<String, Attribute> axes = Map.of("axes", Attribute.ints(1, 2, 3));
    String mean = node("ReduceMean", "mean", axes, w);
    String centered = node("Sub", "centered", Map.of(), w, mean);
    String squares = node("Mul", "squares", Map.of(), centered, centered);
    String variance =
        node(
            "ReduceSum",
            "variance",
            Map.of("keepdims", Attribute.of(1)),
            squares,
            longs("axes", 1, 2, -1));
    String deviation = node("Sqrt", "deviation", Map.of(), node("Abs", "abs", Map.of(), variance));
    String factor = node("Reciprocal", "factor", Map.of(), node("Neg", "neg", Map.of(), deviation));
    check(node("Mul", "standard", Map.of(), centered, factor));
  }

  @Test
  void reducesWithoutKeepingAxes() {
    String mean =
        node(
            "ReduceMean",
            "mean",
            Map.of("axes", Attribute.ints(1), "keepdims", Attribute.of(0)),
            floats("w", 2, 3, 4));
    check(node("Transpose", "t", Map.of(), mean));
    assertThat(mean).isEqualTo("mean");
  }

  @Test
  void normalizesWeights() {
    for (String name : List.of("scale", "shift", "mean")) {
      floats(name, 3);
    }
    graph.initializer(Tensor.floats("variance", List.of(3L), 0.5f, 1, 2));
    check(
        node(
            "BatchNormalization",
            "bn",
            Map.of("epsilon", Attribute.of(1e-3f)),
            floats("w", 2, 3, 4),
            "scale",
            "shift",
            "mean",
            "variance"));
  }

  @Test
  void expandsAndFills() {
    String filled =
        node(
            "ConstantOfShape",
            "filled",
            Map.of("value", Attribute.of(Tensor.floats("", List.of(1L), 1.5f))),
            longs("shape", 2, 3));
    String expanded = node("Expand", "e", Map.of(), floats("w", 2, 1, 1), longs("to", 2, 3));
    check(node("Sub", "sub", Map.of(), expanded, filled));
  }

  @Test
  void computesSizes() {
    String shape = node("Shape", "shape", Map.of(), floats("w", 2, 3, 4));
    String product = node("Mul", "product", Map.of(), shape, longs("m", 3, -7, 9));
    String quotient = node("Div", "quotient", Map.of(), product, longs("d", 2));
    String sum = node("Add", "sum", Map.of(), quotient, longs("a", 1));
    checkInts(node("Sub", "difference", Map.of(), sum, shape));
  }

  @Test
  void castsCutTowardsZero() {
    graph.initializer(Tensor.floats("w", List.of(5L), -1.7f, 1.7f, 0, 300, -0.5f));
    checkInts(node("Cast", "ints", Map.of("to", Attribute.of(7)), "w"));
  }

  @Test
  void halfPrecisionKeepsItsValue() {
    // One, the largest number, the least one, minus two, zero, a third.
    short[] halves = {0x3c00, 0x7bff, 0x0001, (short) 0xc000, 0, 0x3555};
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(halves);
    graph.initializer(Tensor.wrap("w", DataType.FLOAT16, ImmutableLongArray.of(6), bytes));
    Tensor folded = check(node("Cast", "c", Map.of("to", Attribute.of(1)), "w"));
    assertThat(folded.toFloats()).containsExactly(1, 65504, 0x1p-24f, -2, 0, 0.333251953125f);
  }

  @Test
  void constantNodesHaveManyForms() {
    node("Constant", "f", Map.of("value_float", Attribute.of(2f)));
    node("Constant", "fs", Map.of("value_floats", new Attribute.Floats(List.of(1f, 2f, 3f))));
    node("Constant", "i", Map.of("value_int", Attribute.of(3)));
    node("Constant", "is", Map.of("value_ints", Attribute.ints(4, 5, 6)));
    String product = node("Mul", "product", Map.of(), "i", "is");
    String numbers = node("Cast", "numbers", Map.of("to", Attribute.of(1)), product);
    String sum = node("Add", "sum", Map.of(), numbers, "f");
    Tensor folded = check(node("Div", "quotient", Map.of(), sum, "fs"));
    assertThat(folded.toFloats()).containsExactly(14, 8.5f, 20 / 3f);
  }

  @Test
  void whatWouldGrowStays() {
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 1L)));
    node("Expand", "huge", Map.of(), floats("w"), longs("to", 1L << 20, 1L << 10));
    node("Mul", "out", Map.of(), "data", "huge");
    OnnxModel model = graph.output(Graphs.output("out")).build();
    assertThat(ConstantFolding.apply(model).nodes()).isEqualTo(model.nodes());
  }

  @Test
  void whatDoesNotFitIsNamed() {
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 1L)));
    node("Reshape", "reshaped", Map.of(), floats("w", 2, 3), longs("to", 4, 2));
    node("Mul", "out", Map.of(), "data", "reshaped");
    OnnxModel model = graph.output(Graphs.output("out")).build();
    assertThatThrownBy(() -> ConstantFolding.apply(model))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("'w'");
  }

  @Test
  void anOutputOfTheModelStays() {
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 1L)));
    node("Neg", "out", Map.of(), floats("w", 2, 3));
    OnnxModel model = graph.output(Graphs.output("out")).build();
    assertThat(ConstantFolding.apply(model).nodes()).hasSize(1);
  }
}
