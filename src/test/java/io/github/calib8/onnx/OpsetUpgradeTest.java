package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine is the judge: an operator of an old set and what it is lifted to answer alike. */
class OpsetUpgradeTest {
  private static final ValueInfo INPUT =
      new ValueInfo("data", DataType.FLOAT, List.of(-1L, 4L, 6L, 8L));

  private final GraphBuilder graph = GraphBuilder.create("old");

  private String constant(String name, long... values) {
    return graph.initializer(Tensor.longs(name, List.of((long) values.length), values));
  }

  private String constant(String name, float... values) {
    return graph.initializer(Tensor.floats(name, List.of((long) values.length), values));
  }

  private OnnxModel model(
      long opset, String opType, Map<String, Attribute> attributes, String... more) {
    graph.opset("", opset);
    graph.input(INPUT);
    List<String> inputs = new ArrayList<>(List.of("data"));
    inputs.addAll(List.of(more));
    graph.node(opType, inputs, "out", attributes);
    return graph.output(Graphs.output("out")).build();
  }

  private static OnnxModel check(OnnxModel old) {
    OnnxModel lifted = OpsetUpgrade.apply(old);
    assertThat(lifted.opsets()).containsEntry("", 13L);
    assertThat(EngineAnswer.of(lifted)).isEqualTo(EngineAnswer.of(old));
    return lifted;
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 9})
  void slicesByAttributes(long opset) {
    check(
        model(
            opset,
            "Slice",
            Map.of(
                "starts", Attribute.ints(1, -5),
                "ends", Attribute.ints(1000, -1),
                "axes", Attribute.ints(1, 3))));
  }

  @Test
  void slicesFromTheFirstAxisOn() {
    check(model(7, "Slice", Map.of("starts", Attribute.ints(0, 1), "ends", Attribute.ints(2, 3))));
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 11, 12})
  void slicesByInputs(long opset) {
    check(
        model(
            opset,
            "Slice",
            Map.of(),
            constant("starts", 5, 0),
            constant("ends", -100, 2),
            constant("axes", 3, 1),
            constant("steps", -2, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"constant", "reflect", "edge"})
  void padsByAttributes(String mode) {
    check(
        model(
            7,
            "Pad",
            Map.of(
                "pads", Attribute.ints(0, 0, 1, 2, 0, 0, 3, 0),
                "mode", Attribute.of(mode),
                "value", Attribute.of(mode.equals("constant") ? -1.5f : 0f))));
  }

  @Test
  void padsWithZerosUnlessToldOtherwise() {
    OnnxModel lifted =
        check(model(10, "Pad", Map.of("pads", Attribute.ints(0, 0, 1, 1, 0, 0, 1, 1))));
    assertThat(lifted.nodes().get(0).inputs()).hasSize(2);
  }

  @Test
  void padsByInputs() {
    constant("pads", 0, 0, 1, 1, 0, 0, 1, 1);
    graph.initializer(Tensor.floats("value", List.of(), 3));
    check(model(11, "Pad", Map.of(), "pads", "value"));
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 11, 12})
  void splits(long opset) {
    graph.opset("", opset);
    graph.input(INPUT);
    graph.node(
        new Node(
            "split",
            "Split",
            "",
            List.of("data"),
            List.of("a", "b"),
            Map.of("axis", Attribute.of(1), "split", Attribute.ints(1, 3))));
    graph.node(
        new Node(
            "halves",
            "Split",
            "",
            List.of("data"),
            List.of("c", "d"),
            Map.of("axis", Attribute.of(3))));
    graph.node("Concat", List.of("b", "a"), "ba", Map.of("axis", Attribute.of(1)));
    graph.node("Concat", List.of("d", "c"), "dc", Map.of("axis", Attribute.of(3)));
    graph.node("Sub", List.of("ba", "dc"), "out", Map.of());
    check(graph.output(Graphs.output("out")).build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nearest", "linear"})
  void upsamples(String mode) {
    check(
        model(
            7,
            "Upsample",
            Map.of(
                "mode",
                Attribute.of(mode),
                "scales",
                new Attribute.Floats(List.of(1f, 1f, 2f, 1.5f)))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nearest", "linear"})
  void upsamplesByAnInput(String mode) {
    check(
        model(
            9, "Upsample", Map.of("mode", Attribute.of(mode)), constant("scales", 1, 1, 1.7f, 3f)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nearest", "linear"})
  void theFirstResizeMakesFewerPixels(String mode) {
    check(
        model(
            10,
            "Resize",
            Map.of("mode", Attribute.of(mode)),
            constant("scales", 1, 1, 0.4f, 0.7f)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nearest", "linear"})
  void theFirstResizeMakesMorePixels(String mode) {
    check(
        model(
            10,
            "Resize",
            Map.of("mode", Attribute.of(mode)),
            constant("scales", 1, 1, 2.5f, 1.3f)));
  }

  @Test
  void theNextResizeMeansTheSame() {
    check(
        model(
            11,
            "Resize",
            Map.of(
                "mode", Attribute.of("linear"),
                "coordinate_transformation_mode", Attribute.of("align_corners")),
            constant("roi", new float[0]),
            constant("none", new float[0]),
            constant("sizes", 3, 4, 9, 5)));
  }

  @Test
  void aResizeThatRoundsBothWaysIsRefused() {
    OnnxModel old =
        model(
            10,
            "Resize",
            Map.of("mode", Attribute.of("nearest")),
            constant("scales", 1, 1, 2, 0.5f));
    assertThatThrownBy(() -> OpsetUpgrade.apply(old))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Resize 'out'")
        .hasMessageContaining("more and fewer pixels");
  }

  @Test
  void sumsOverAxes() {
    check(
        model(11, "ReduceSum", Map.of("axes", Attribute.ints(2, -1), "keepdims", Attribute.of(0))));
  }

  @Test
  void sumsOverAll() {
    check(model(7, "ReduceSum", Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Softmax", "LogSoftmax", "Hardmax"})
  void whatWasFlattenedIsFlattened(String operator) {
    for (long axis : new long[] {1, 2, 3}) {
      check(new OpsetUpgradeTest().model(12, operator, Map.of("axis", Attribute.of(axis))));
    }
    check(model(7, operator, Map.of()));
  }

  @Test
  void theLargestByAttribute() {
    graph.opset("", 7);
    graph.input(INPUT);
    graph.node(
        new Node(
            "top",
            "TopK",
            "",
            List.of("data"),
            List.of("out", "where"),
            Map.of("k", Attribute.of(2), "axis", Attribute.of(3))));
    check(graph.output(Graphs.output("out")).build());
  }

  @Test
  void whatKeptItsMeaningStays() {
    OnnxModel lifted = check(model(11, "DepthToSpace", Map.of("blocksize", Attribute.of(2))));
    assertThat(lifted.nodes().get(0).opType()).isEqualTo("DepthToSpace");
  }

  @Test
  void anOperatorOfUnknownMeaningIsNamed() {
    OnnxModel old = model(9, "MaxUnpool", Map.of());
    assertThatThrownBy(() -> OpsetUpgrade.apply(old))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Expected operator set 13 or later for MaxUnpool 'out'")
        .hasMessageContaining("found 9");
  }
}
