package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphBuilderTest {
  @Test
  void nodesAreSortedByWhatTheyRead() {
    GraphBuilder builder = GraphBuilder.create("m");
    builder.input(Graphs.INPUT);
    builder.node("Relu", List.of("b"), "c", Map.of());
    builder.node("Relu", List.of("a"), "b", Map.of());
    builder.node("Relu", List.of("data"), "a", Map.of());
    OnnxModel model = builder.output(Graphs.output("c")).build();
    assertThat(model.nodes()).extracting(Node::output).containsExactly("a", "b", "c");
  }

  @Test
  void whatNoOutputNeedsIsLeftOut() {
    GraphBuilder builder = Graphs.convolution();
    builder.node("Relu", List.of("conv"), "unused", Map.of());
    builder.initializer(Tensor.floats("stray", List.of(1L), 1));
    OnnxModel model = builder.output(Graphs.output("conv")).build();
    assertThat(model.nodes()).extracting(Node::output).containsExactly("conv");
    assertThat(model.initializers()).containsOnlyKeys("w", "b");
  }

  @Test
  void aTensorMadeTwiceIsRefused() {
    GraphBuilder builder = Graphs.convolution();
    builder.node("Relu", List.of("data"), "conv", Map.of());
    assertThatThrownBy(() -> builder.output(Graphs.output("conv")).build())
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("'conv' to be made once");
  }

  @Test
  void aTensorThatNothingMakesIsRefused() {
    GraphBuilder builder = Graphs.convolution();
    builder.node("Relu", List.of("ghost"), "out", Map.of());
    assertThatThrownBy(() -> builder.output(Graphs.output("out")).build())
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("'ghost'");
  }

  @Test
  void aCycleIsRefused() {
    GraphBuilder builder = GraphBuilder.create("m");
    builder.node("Relu", List.of("b"), "a", Map.of());
    builder.node("Relu", List.of("a"), "b", Map.of());
    assertThatThrownBy(() -> builder.output(Graphs.output("a")).build())
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("cycle");
  }

  @Test
  void namesAreGivenOnce() {
    GraphBuilder builder = Graphs.convolution();
    assertThat(builder.uniqueName("w")).isEqualTo("w_1");
    assertThat(builder.uniqueName("w")).isEqualTo("w_2");
    assertThat(builder.uniqueName("free")).isEqualTo("free");
  }
}
