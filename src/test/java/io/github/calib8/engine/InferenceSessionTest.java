package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.tensor.FloatTensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

@ExtendWith(LeakCheck.class)
class InferenceSessionTest {
  private static final EngineOptions ONE_THREAD = EngineOptions.defaults().withThreads(1);

  private final OnnxModel tiny = TinyModels.build(TinyModels.classifier(), "prob");

  @Test
  void reluIsComputed() {
    INDArray images = images(2);
    try (InferenceSession session =
        InferenceSession.open(TinyModels.of("", "Relu"), EngineOptions.defaults())) {
      INDArray output = session.run(images);
      assertThat(output.shape()).containsExactly(2, 3, 8, 8);
      for (long i = 0; i < images.length(); i++) {
        assertThat(output.getFloat(i)).isEqualTo(Math.max(0, images.getFloat(i)));
      }
    }
  }

  @Test
  void aBatchIsItsImages() {
    INDArray images = images(5);
    try (InferenceSession session = InferenceSession.open(tiny, ONE_THREAD)) {
      INDArray whole = session.run(images);
      assertThat(whole.shape()).containsExactly(5, 5);
      for (int i = 0; i < 5; i++) {
        INDArray one = session.run(images.get(NDArrayIndex.interval(i, i + 1)));
        assertThat(one.shape()).containsExactly(1, 5);
        assertThat(one.toFloatVector()).containsExactly(whole.getRow(i).toFloatVector());
        assertThat(one.sumNumber().doubleValue()).isCloseTo(1, within(1e-6));
      }
    }
  }

  @Test
  void anArrayInAnotherOrderGivesTheSame() {
    INDArray images = images(2);
    INDArray channelsLast = images.permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2);
    try (InferenceSession session = InferenceSession.open(tiny, ONE_THREAD)) {
      assertThat(session.run(channelsLast)).isEqualTo(session.run(images));
      assertThat(session.run(images.dup('f'))).isEqualTo(session.run(images));
    }
  }

  @Test
  void aTensorAndAnArrayOfTheSameMemoryGiveTheSame() {
    INDArray images = images(2);
    try (InferenceSession session = InferenceSession.open(tiny, ONE_THREAD);
        FloatTensor output = session.run(FloatTensor.of(images))) {
      assertThat(output.shape()).containsExactly(2, 5);
      assertThat(output.toArray()).isEqualTo(session.run(images).reshape(10).toFloatVector());
      assertThat(images.wasClosed()).isFalse();
    }
  }

  @Test
  void theOutputOutlivesTheNextRunAndTheSession() {
    INDArray first;
    float[] expected;
    try (InferenceSession session = InferenceSession.open(tiny, ONE_THREAD)) {
      first = session.run(images(1));
      expected = first.toFloatMatrix()[0];
      session.run(images(1).mul(3));
    }
    assertThat(first.toFloatMatrix()[0]).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8, 8, 'Expected 3 channels for input ''data'' [N,3,8,8], found 1'",
    "3, 9, 8, 'Expected 8 rows for input ''data'' [N,3,8,8], found 9'",
    "3, 8, 7, 'Expected 8 columns for input ''data'' [N,3,8,8], found 7'"
  })
  void aWrongShapeIsRefused(int channels, int rows, int columns, String message) {
    try (InferenceSession session = InferenceSession.open(tiny, ONE_THREAD)) {
      assertThatThrownBy(() -> session.run(Nd4j.zeros(1, channels, rows, columns)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }

  @Test
  void aWrongRankIsRefused() {
    try (InferenceSession session = InferenceSession.open(tiny, ONE_THREAD)) {
      assertThatThrownBy(() -> session.run(Nd4j.zeros(3, 8, 8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Expected 4 dimensions for input 'data' [N,3,8,8], found [3, 8, 8]");
    }
  }

  @Test
  void aWrongTypeIsRefused() {
    INDArray doubles = Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.DOUBLE, 1, 3, 8, 8);
    try (InferenceSession session = InferenceSession.open(tiny, ONE_THREAD)) {
      assertThatThrownBy(() -> session.run(doubles))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Expected an array of float32, found [1, 3, 8, 8] double");
    }
  }

  @Test
  void aFixedBatchIsKept() {
    GraphBuilder graph = GraphBuilder.create("fixed");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(2L, 3L, 8L, 8L)));
    graph.node("Relu", List.of("data"), "out", Map.of());
    try (InferenceSession session =
        InferenceSession.open(TinyModels.build(graph, "out"), ONE_THREAD)) {
      assertThat(session.run(images(2)).shape()).containsExactly(2, 3, 8, 8);
      assertThatThrownBy(() -> session.run(images(3)))
          .hasMessage("Expected 2 images for input 'data' [2,3,8,8], found 3");
    }
  }

  @ParameterizedTest
  @CsvSource({"'', Frobnicate", "com.example, Relu"})
  void anUnknownOperatorNamesModelAndOperator(String domain, String operator) {
    OnnxModel strange = TinyModels.of(domain, operator);
    assertThatThrownBy(() -> InferenceSession.open(strange, ONE_THREAD))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("model 'strange'")
        .hasMessageContaining(operator)
        .hasRootCauseInstanceOf(OrtException.class);
  }

  @Test
  void twoInputsAreRefused() {
    GraphBuilder graph = GraphBuilder.create("two");
    graph.input(TinyModels.INPUT);
    graph.input(new ValueInfo("more", DataType.FLOAT, List.of(-1L, 3L, 8L, 8L)));
    graph.node("Add", List.of("data", "more"), "out", Map.of());
    OnnxModel model = TinyModels.build(graph, "out");
    assertThatThrownBy(() -> InferenceSession.open(model, ONE_THREAD))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("one input in model 'two', found 2");
  }

  @Test
  void inputsAndOutputsOfOtherTypesAreRefused() {
    GraphBuilder graph = GraphBuilder.create("longs");
    graph.input(new ValueInfo("data", DataType.INT64, List.of(-1L, 3L)));
    graph.node("Identity", List.of("data"), "out", Map.of());
    OnnxModel longs = TinyModels.build(graph, "out");
    assertThatThrownBy(() -> InferenceSession.open(longs, ONE_THREAD))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Expected an input of float32, float16 or uint8 in model 'longs', found INT64 for 'data'");

    GraphBuilder shape = GraphBuilder.create("shape");
    shape.input(TinyModels.INPUT);
    shape.node("Shape", List.of("data"), "out", Map.of());
    shape.output(new ValueInfo("out", DataType.INT64, List.of(4L)));
    OnnxModel shapes = shape.build();
    assertThatThrownBy(() -> InferenceSession.open(shapes, ONE_THREAD))
        .isInstanceOf(EngineException.class)
        .hasMessage("Expected a float32 output in model 'shape', found INT64 for 'out'");
  }

  @Test
  void aFailureWhileRunningNamesTheModel() {
    GraphBuilder graph = GraphBuilder.create("even");
    graph.input(TinyModels.INPUT);
    graph.initializer(io.github.calib8.onnx.Tensor.longs("shape", List.of(2L), -1, 384));
    graph.node("Reshape", List.of("data", "shape"), "out", Map.of());
    try (InferenceSession session =
        InferenceSession.open(TinyModels.build(graph, "out"), ONE_THREAD)) {
      assertThat(session.run(images(2)).shape()).containsExactly(1, 384);
      assertThatThrownBy(() -> session.run(images(1)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("model 'even'");
    }
  }

  @Test
  void theOptimizedGraphShowsFusions() {
    OnnxModel asGiven =
        InferenceSession.optimized(
            tiny, EngineOptions.defaults().withOptimization(GraphOptimization.NONE));
    OnnxModel extended =
        InferenceSession.optimized(
            tiny, EngineOptions.defaults().withOptimization(GraphOptimization.EXTENDED));
    assertThat(asGiven.nodes()).extracting(Node::opType).contains("Conv", "Relu");
    assertThat(extended.nodes())
        .extracting(Node::opType)
        .contains("FusedConv")
        .doesNotContain("Conv", "Relu");
    assertThat(InferenceSession.optimized(tiny, EngineOptions.defaults()).nodes())
        .extracting(Node::opType)
        .doesNotContain("Relu");
  }

  @Test
  void theVersionIsTheNativeLibrarys() {
    assertThat(EngineVersion.describe()).matches("ONNX Runtime 1\\.\\d+\\.\\d+");
  }

  @Test
  void atLeastOneThreadIsNeeded() {
    assertThatThrownBy(() -> EngineOptions.defaults().withThreads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected 1 or more threads, found 0");
  }

  private static INDArray images(int count) {
    Nd4j.getRandom().setSeed(3);
    return Nd4j.randn('c', count, 3, 8, 8).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT);
  }
}
