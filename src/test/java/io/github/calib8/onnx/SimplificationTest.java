package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimplificationTest {
  @Test
  void batchNormalizationIsFoldedIntoTheConvolution() {
    GraphBuilder builder = Graphs.convolution();
    builder.initializer(Tensor.floats("gamma", List.of(3L), 2, 1, 0.5f));
    builder.initializer(Tensor.floats("beta", List.of(3L), 1, 0, -1));
    builder.initializer(Tensor.floats("mean", List.of(3L), 0.25f, 0, 2));
    builder.initializer(Tensor.floats("variance", List.of(3L), 4, 1, 0.25f));
    builder.node(
        "BatchNormalization",
        List.of("conv", "gamma", "beta", "mean", "variance"),
        "bn",
        Map.of("epsilon", Attribute.of(0f)));
    OnnxModel simple = Simplification.simplify(builder.output(Graphs.output("bn")).build());

    assertThat(simple.nodes()).extracting(Node::opType).containsExactly("Conv");
    Node conv = simple.nodes().get(0);
    assertThat(conv.output()).isEqualTo("bn");
    // Factors 2/2, 1/1, 0.5/0.5: all 1, so the weights stay; bias (b - mean) * factor + beta.
    assertThat(simple.initializers().get(conv.inputs().get(1)).toFloats())
        .containsExactly(new float[] {1, -2, 3, 0.5f, -0.25f, 4}, within(1e-6f));
    assertThat(simple.initializers().get(conv.inputs().get(2)).toFloats())
        .containsExactly(new float[] {1.25f, 0, -4}, within(1e-6f));
  }

  @Test
  void scaleAndShiftPerChannelAreFolded() {
    GraphBuilder builder = Graphs.convolution();
    builder.initializer(Tensor.floats("scale", List.of(3L, 1L, 1L), 2, 3, 4));
    builder.initializer(Tensor.floats("shift", List.of(1L, 3L, 1L, 1L), 1, 1, 1));
    builder.node("Mul", List.of("conv", "scale"), "scaled", Map.of());
    builder.node("Add", List.of("shift", "scaled"), "shifted", Map.of());
    OnnxModel simple = Simplification.simplify(builder.output(Graphs.output("shifted")).build());

    Node conv = simple.nodes().get(0);
    assertThat(simple.nodes()).hasSize(1);
    assertThat(simple.initializers().get(conv.inputs().get(1)).toFloats())
        .containsExactly(2, -4, 9, 1.5f, -1, 16);
    assertThat(simple.initializers().get(conv.inputs().get(2)).toFloats())
        .containsExactly(2, 1, -3);
  }

  @Test
  void aConvolutionThatOthersReadIsNotFolded() {
    GraphBuilder builder = Graphs.convolution();
    builder.initializer(Tensor.floats("scale", List.of(3L, 1L, 1L), 2, 3, 4));
    builder.node("Mul", List.of("conv", "scale"), "scaled", Map.of());
    builder.node("Add", List.of("scaled", "conv"), "sum", Map.of());
    OnnxModel model = builder.output(Graphs.output("sum")).build();
    assertThat(Simplification.simplify(model).nodes()).isEqualTo(model.nodes());
  }

  @Test
  void identityAndDropoutGoAndTheOutputKeepsItsName() {
    GraphBuilder builder = Graphs.convolution();
    builder.node("Dropout", List.of("conv"), "dropped", Map.of());
    builder.node("Relu", List.of("dropped"), "relu", Map.of());
    builder.node("Identity", List.of("relu"), "between", Map.of());
    builder.node("Identity", List.of("between"), "out", Map.of());
    OnnxModel simple = Simplification.simplify(builder.output(Graphs.output("out")).build());
    assertThat(simple.nodes()).extracting(Node::opType).containsExactly("Conv", "Relu");
    assertThat(simple.nodes().get(1).inputs()).containsExactly("conv");
    assertThat(simple.nodes().get(1).output()).isEqualTo("out");
  }

  @Test
  void constantNodesBecomeInitializers() {
    GraphBuilder builder = Graphs.convolution();
    builder.node(
        "Constant",
        List.of(),
        "scale",
        Map.of("value", Attribute.of(Tensor.floats("", List.of(3L, 1L, 1L), 2, 2, 2))));
    builder.node("Div", List.of("conv", "scale"), "out", Map.of());
    OnnxModel simple = Simplification.simplify(builder.output(Graphs.output("out")).build());
    assertThat(simple.nodes()).extracting(Node::opType).containsExactly("Conv", "Div");
    assertThat(simple.initializers().get("scale").toFloats()).containsExactly(2, 2, 2);
  }

  @Test
  void simplifyingTwiceChangesNothing() {
    GraphBuilder builder = Graphs.convolution();
    builder.node("Identity", List.of("conv"), "out", Map.of());
    OnnxModel once = Simplification.simplify(builder.output(Graphs.output("out")).build());
    assertThat(Simplification.simplify(once).toBytes()).isEqualTo(once.toBytes());
  }

  @Test
  void anOldOperatorSetIsLifted() {
    GraphBuilder builder = Graphs.convolution().opset("", 9);
    builder.node("Clip", List.of("conv"), "clipped", Map.of("max", Attribute.of(6f)));
    builder.node("Unsqueeze", List.of("clipped"), "out", Map.of("axes", Attribute.ints(0)));
    OnnxModel simple = Simplification.simplify(builder.output(Graphs.output("out")).build());
    assertThat(simple.opsets()).containsEntry("", 13L);
    assertThat(simple.nodes()).extracting(node -> node.inputs().size()).containsExactly(3, 3, 2);
    assertThat(simple.nodes()).allSatisfy(node -> assertThat(node.attributes()).isEmpty());
  }

  @Test
  void anOldOperatorOfUnknownMeaningIsAnError() {
    GraphBuilder builder = Graphs.convolution().opset("", 9);
    builder.node("MaxUnpool", List.of("conv"), "out", Map.of());
    OnnxModel model = builder.output(Graphs.output("out")).build();
    assertThatThrownBy(() -> Simplification.simplify(model))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("MaxUnpool");
  }

  @Test
  void aMatrixProductAndItsBiasBecomeOneGemm() {
    OnnxModel simple = Simplification.simplify(product("Flatten"));
    assertThat(simple.nodes()).extracting(Node::opType).containsExactly("Conv", "Flatten", "Gemm");
    Node gemm = simple.nodes().get(2);
    assertThat(gemm.output()).isEqualTo("logits");
    assertThat(simple.initializers().get(gemm.inputs().get(2)).dims()).containsExactly(2L);
  }

  @Test
  void aProductOfMoreThanTwoDimensionsStays() {
    assertThat(Simplification.simplify(product("Relu")).nodes())
        .extracting(Node::opType)
        .containsExactly("Conv", "Relu", "MatMul", "Add");
  }

  private static OnnxModel product(String operatorInFront) {
    GraphBuilder builder = Graphs.convolution();
    builder.initializer(Tensor.floats("fc", List.of(3L, 2L), new float[6]));
    builder.initializer(Tensor.floats("row", List.of(1L, 2L), 1, 2));
    builder.node(operatorInFront, List.of("conv"), "flat", Map.of());
    builder.node("MatMul", List.of("flat", "fc"), "product", Map.of());
    builder.node("Add", List.of("row", "product"), "logits", Map.of());
    return builder.output(Graphs.output("logits")).build();
  }

  @Test
  void anOldSoftmaxOverSeveralAxesIsFlattenedAndBack() {
    GraphBuilder builder = Graphs.convolution().opset("", 9);
    builder.node("Softmax", List.of("conv"), "out", Map.of("axis", Attribute.of(2)));
    OnnxModel simple = Simplification.simplify(builder.output(Graphs.output("out")).build());
    assertThat(simple.nodes())
        .extracting(Node::opType)
        .containsExactly("Conv", "Flatten", "Softmax", "Shape", "Reshape");
  }

  @Test
  void statisticsForEachPixelAreRefused() {
    GraphBuilder builder = Graphs.convolution().opset("", 7);
    builder.node(
        "BatchNormalization",
        List.of("conv", "conv", "conv", "conv", "conv"),
        "out",
        Map.of("spatial", Attribute.of(0)));
    OnnxModel model = builder.output(Graphs.output("out")).build();
    assertThatThrownBy(() -> Simplification.simplify(model))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("spatial = 0");
  }
}
