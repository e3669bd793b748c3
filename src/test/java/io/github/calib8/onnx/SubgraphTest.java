package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a subgraph reads is read: no rewrite may take it away or leave its name behind. */
class SubgraphTest {
  private final GraphBuilder graph = Graphs.convolution();

  /** The graph with an If that reads a tensor added to another tensor. */
  private OnnxModel with(String read, String other, boolean nested) {
    graph.node(
        nested
            ? Bodies.nestedChoice(graph, "chosen", "Abs", List.of(read))
            : Bodies.choice(graph, "chosen", "Abs", List.of(read)));
    graph.node("Add", List.of(other, "chosen"), "out", Map.of());
    OnnxModel model = graph.output(new ValueInfo("out", DataType.FLOAT, List.of())).build();
    // As a file: what a builder holds, a reader must accept.
    return OnnxModel.parse(model.toBytes(), "m");
  }

  private static OnnxModel check(OnnxModel model) {
    OnnxModel rewritten =
        LrnRewriting.apply(StridePropagation.apply(Simplification.simplify(model)));
    assertThat(EngineAnswer.of(rewritten)).containsExactly(EngineAnswer.of(model), within(1e-5f));
    assertThat(OnnxModel.parse(rewritten.toBytes(), "m").nodes()).isEqualTo(rewritten.nodes());
    return rewritten;
  }

  private void normalize(String input, String output) {
    graph.initializer(Tensor.floats("gamma", List.of(3L), 2, 1, 0.5f));
    graph.initializer(Tensor.floats("beta", List.of(3L), 1, 0, -1));
    graph.node(
        "BatchNormalization", List.of(input, "gamma", "beta", "beta", "gamma"), output, Map.of());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAnIdentityMadeIsReadFromWhereItCame(boolean nested) {
    graph.node("Relu", List.of("conv"), "relu", Map.of());
    graph.node("Identity", List.of("relu"), "same", Map.of());
    OnnxModel rewritten = check(with("same", "conv", nested));
    assertThat(rewritten.nodes())
        .extracting(Node::opType)
        .containsExactly("Conv", "Relu", "If", "Add");
    assertThat(rewritten.consumers("relu")).extracting(Node::opType).containsExactly("If");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConvolutionThatASubgraphReadsIsNotFolded(boolean nested) {
    normalize("conv", "norm");
    OnnxModel rewritten = check(with("conv", "norm", nested));
    assertThat(rewritten.producer("conv")).isPresent();
  }

  @Test
  void aFoldedConvolutionIsReadUnderTheNameThatItKeeps() {
    normalize("conv", "norm");
    OnnxModel rewritten = check(with("norm", "norm", false));
    assertThat(rewritten.nodes()).extracting(Node::opType).containsExactly("Conv", "If", "Add");
  }

  @Test
  void constantsThatOnlyASubgraphReadsStay() {
    graph.initializer(Tensor.floats("only", List.of(), -3));
    graph.node(
        "Constant",
        List.of(),
        "node",
        Map.of("value", Attribute.of(Tensor.floats("", List.of(), -5))));
    graph.node(Bodies.choice(graph, "first", "Neg", List.of("node")));
    graph.node("Add", List.of("conv", "first"), "sum", Map.of());
    assertThat(check(with("only", "sum", false)).initializers()).containsKeys("only", "node");
  }

  @Test
  void nodesThatOnlyASubgraphReadsStayAndOthersGo() {
    graph.node("Relu", List.of("conv"), "relu", Map.of());
    graph.node("Tanh", List.of("conv"), "unread", Map.of());
    OnnxModel model = with("relu", "conv", false);
    assertThat(model.producer("relu")).isPresent();
    assertThat(model.producer("unread")).isEmpty();
  }

  @Test
  void aTensorThatASubgraphReadsKeepsAllItsPixels() {
    graph.initializer(Tensor.floats("v", List.of(3L, 3L, 1L, 1L), 1, 2, 3, 4, 5, 6, 7, 8, 9));
    graph.node("Relu", List.of("conv"), "relu", Map.of());
    graph.node("Conv", List.of("relu", "v"), "half", Map.of("strides", Attribute.ints(2, 2)));
    graph.node("GlobalAveragePool", List.of("half"), "mean", Map.of());
    OnnxModel rewritten = check(with("relu", "mean", false));
    assertThat(rewritten.producer("conv").orElseThrow().attributes()).isEmpty();
  }

  @Test
  void whatOthersReadIsStridedAllTheSame() {
    graph.initializer(Tensor.floats("v", List.of(3L, 3L, 1L, 1L), 1, 2, 3, 4, 5, 6, 7, 8, 9));
    graph.node("Relu", List.of("conv"), "relu", Map.of());
    graph.node("Conv", List.of("relu", "v"), "half", Map.of("strides", Attribute.ints(2, 2)));
    OnnxModel rewritten = check(with("half", "half", true));
    assertThat(rewritten.producer("conv").orElseThrow().intsAttribute("strides", List.of()))
        .containsExactly(2L, 2L);
  }

  @Test
  void aSubgraphReadsARewrittenLrn() {
    graph.node("LRN", List.of("conv"), "lrn", Map.of("size", Attribute.of(3)));
    OnnxModel rewritten = check(with("lrn", "lrn", false));
    assertThat(rewritten.nodes()).extracting(Node::opType).doesNotContain("LRN");
  }

  @Test
  void newNamesKeepAwayFromThoseOfSubgraphs() {
    OnnxModel model = with("conv", "conv", true);
    GraphBuilder edited = model.edit();
    assertThat(edited.uniqueName("inside")).isEqualTo("inside_1");
    assertThat(edited.uniqueName("half")).isEqualTo("half_1");
  }

  @Test
  void whatASubgraphNamesAlikeIsItsOwn() {
    // "halved" is made around the branches, too: they mean their own, in which nothing changes.
    graph.node("Identity", List.of("conv"), "halved", Map.of());
    graph.node("Relu", List.of("halved"), "relu", Map.of());
    Node choice = Bodies.choice(graph, "chosen", "Abs", List.of("relu"));
    assertThat(choice.reads()).containsExactly("condition", "relu");
    assertThat(choice.withReads(name -> name.equals("halved") ? "conv" : name)).isEqualTo(choice);
  }

  @Test
  void whatNothingMakesIsNamedWithItsReader() {
    graph.node(Bodies.choice(graph, "chosen", "Abs", List.of("nowhere")));
    graph.output(new ValueInfo("chosen", DataType.FLOAT, List.of()));
    assertThatThrownBy(graph::build)
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Tensor 'nowhere' is read by If 'chosen'");
  }
}
