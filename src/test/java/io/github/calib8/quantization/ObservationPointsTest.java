package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.SmallNetwork;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObservationPointsTest {
  private final GraphBuilder graph = GraphBuilder.create("graph");

  ObservationPointsTest() {
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 4L, 8L, 8L)));
    graph.initializer(Tensor.floats("w", List.of(1L), 1));
  }

  @Test
  void everyConstructOfAClassifier() {
    ObservationPoints points = ObservationPoints.of(SmallNetwork.model());
    assertThat(points.tensors())
        .containsExactly("data", "r1", "n1", "c2", "r2", "r3", "c4", "both", "mean");
    assertThat(points.fetched()).containsExactly("r1", "n1", "c2", "r2", "r3", "c4", "mean");
    assertThat(points.concatenations()).containsExactly(Map.entry("both", List.of("r3", "c4")));
  }

  @Test
  void theReluOutputNotTheConvolutions() {
    node("Conv", "c", "data", "w");
    node("Relu", "r", "c");
    node("Conv", "out", "r", "w");
    assertThat(points("out")).containsExactly("data", "r");
  }

  @Test
  void aConvolutionsOutputWhereAConvolutionReadsIt() {
    node("Conv", "c", "data", "w");
    node("Conv", "out", "c", "w");
    assertThat(points("out")).containsExactly("data", "c");
  }

  @Test
  void bothSidesOfAResidualAdd() {
    node("Conv", "a", "data", "w");
    node("Conv", "b", "data", "w");
    node("Add", "sum", "a", "b");
    node("Relu", "out", "sum");
    assertThat(points("out")).containsExactly("data", "a", "b");
  }

  @Test
  void aBiasIsNoResidualAdd() {
    node("MatMul", "m", "data", "w");
    node("Add", "out", "m", "w");
    assertThat(points("out")).containsExactly("data");
  }

  @Test
  void bothFactorsOfAProductOfActivations() {
    node("Relu", "a", "data");
    node("Sigmoid", "b", "data");
    node("MatMul", "out", "a", "b");
    assertThat(points("out")).containsExactly("data", "a", "b");
  }

  @Test
  void operatorsThatPassValuesThroughAreFollowedToTheirSource() {
    node("Relu", "r", "data");
    node("MaxPool", "p", "r");
    node("Dropout", "d", "p");
    node("Flatten", "f", "d");
    node("Gemm", "out", "f", "w");
    assertThat(points("out")).containsExactly("r");
  }

  @Test
  void averagePoolingMakesNewValues() {
    node("Relu", "r", "data");
    node("AveragePool", "p", "r");
    node("Conv", "out", "p", "w");
    assertThat(points("out")).containsExactly("r", "p");
  }

  @Test
  void logitsAndSoftmaxAreNotObserved() {
    node("Gemm", "logits", "data", "w");
    node("Softmax", "out", "logits");
    assertThat(points("out")).containsExactly("data");
  }

  @Test
  void operatorsOfOtherDomainsAreLeftAlone() {
    node("Relu", "r", "data");
    graph.node(new Node("n", "Conv", "com.example", List.of("r"), List.of("out"), Map.of()));
    assertThat(points("out")).isEmpty();
  }

  @Test
  void aConcatenationIsTheSumOfWhatIsObservedAnyway() {
    node("Conv", "a", "data", "w");
    node("Conv", "b", "data", "w");
    concat("ab", "a", "b");
    concat("all", "ab", "a");
    node("Conv", "out", "all", "w");
    ObservationPoints points = of("out");
    assertThat(points.tensors()).containsExactly("data", "a", "b", "ab", "all");
    assertThat(points.fetched()).containsExactly("a", "b");
    assertThat(points.concatenations())
        .containsExactly(Map.entry("ab", List.of("a", "b")), Map.entry("all", List.of("ab", "a")));
  }

  @Test
  void whatComputesAShapeHasNoScale() {
    node("Relu", "r", "data");
    node("Shape", "s", "r");
    concat("list", "s", "s");
    node("Add", "sum", "list", "list");
    node("Reshape", "flat", "r", "sum");
    node("Gemm", "out", "flat", "w");
    assertThat(points("out")).containsExactly("r");
  }

  @Test
  void whatAConvolutionMakesForAnOperatorWithoutAnIntegerKernel() {
    node("Conv", "a", "data", "w");
    node("HardSwish", "b", "a");
    node("Conv", "c", "b", "w");
    node("Relu", "d", "c");
    node("Mul", "out", "d", "w");
    assertThat(points("out")).containsExactly("data", "a", "b", "d");
  }

  @Test
  void logitsOfAConvolutionAreNotObserved() {
    node("Conv", "a", "data", "w");
    node("Flatten", "b", "a");
    node("Softmax", "out", "b");
    assertThat(points("out")).containsExactly("data");
  }

  @Test
  void logitsBehindWhateverHandsThemOnAreNotObserved() {
    node("Conv", "a", "data", "w");
    node("Squeeze", "b", "a");
    node("Unsqueeze", "c", "b");
    node("Identity", "d", "c");
    node("Cast", "out", "d");
    assertThat(points("out")).containsExactly("data");
  }

  @Test
  void aReshapeInTheMiddleDoesNotMakeLogits() {
    node("Conv", "a", "data", "w");
    node("Reshape", "b", "a", "w");
    node("LayerNormalization", "c", "b", "w");
    node("Gemm", "out", "c", "w");
    assertThat(points("out")).containsExactly("data", "a", "c");
  }

  @Test
  void whatNoPlannerAsksForIsNotObserved() {
    node("Pow", "a", "data", "data");
    node("LRN", "b", "a");
    node("Sum", "c", "b", "a");
    node("Conv", "out", "c", "w");
    assertThat(points("out")).containsExactly("c");
  }

  @Test
  void theMaximaOfWholeChannelsAreNewValues() {
    node("Relu", "a", "data");
    node("GlobalMaxPool", "b", "a");
    node("Conv", "out", "b", "w");
    assertThat(points("out")).containsExactly("b");
  }

  @Test
  void whatRearrangesOrPicksPassesItsScaleOn() {
    node("Relu", "a", "data");
    node("DepthToSpace", "b", "a");
    node("Conv", "c", "b", "w");
    node("Slice", "d", "c", "w", "w");
    node("Conv", "out", "d", "w");
    assertThat(points("out")).containsExactly("a", "c");
  }

  @Test
  void aGateAndItsProduct() {
    node("Conv", "a", "data", "w");
    node("Sigmoid", "b", "a");
    node("Mul", "c", "a", "b");
    node("Conv", "out", "c", "w");
    assertThat(points("out")).containsExactly("data", "a", "b", "c");
  }

  @Test
  void aFactorThatOnlySizesTellIsNoActivation() {
    node("Conv", "a", "data", "w");
    node("Shape", "b", "a");
    node("Cast", "c", "b");
    node("Mul", "d", "a", "c");
    node("Conv", "out", "d", "w");
    assertThat(points("out")).containsExactly("data", "a", "d");
  }

  @Test
  void aConcatenationOfMaximaIsFetched() {
    node("Conv", "a", "data", "w");
    node("MaxPool", "p", "a");
    concat("all", "a", "p");
    node("Conv", "out", "all", "w");
    ObservationPoints points = of("out");
    assertThat(points.fetched()).containsExactly("a", "all");
    assertThat(points.concatenations()).isEmpty();
  }

  @Test
  void theObservedModelHasNoMoreNodesThanItNeeds() {
    ObservationPoints points = ObservationPoints.of(SmallNetwork.model());
    OnnxModel observed = points.observedModel();
    assertThat(observed.outputs())
        .extracting(ValueInfo::name)
        .containsExactlyElementsOf(points.fetched());
    assertThat(observed.nodes())
        .extracting(Node::opType)
        .doesNotContain("Softmax", "Gemm", "Flatten")
        .contains("Concat");
  }

  private void node(String operator, String output, String... inputs) {
    graph.node(operator, List.of(inputs), output, Map.of());
  }

  private void concat(String output, String... inputs) {
    graph.node("Concat", List.of(inputs), output, Map.of("axis", Attribute.of(1L)));
  }

  private ObservationPoints of(String output) {
    graph.output(new ValueInfo(output, DataType.FLOAT, List.of()));
    return ObservationPoints.of(graph.build());
  }

  private List<String> points(String output) {
    return of(output).tensors();
  }
}
