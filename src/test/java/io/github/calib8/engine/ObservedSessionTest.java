package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.tensor.FloatTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@ExtendWith(LeakCheck.class)
class ObservedSessionTest {
  private static final long MANY_IMAGES = 1_000_000;

  private static final EngineOptions TWO_THREADS = EngineOptions.defaults().withThreads(2);

  @Test
  void everyOutputHasItsValuesInTheModelsOrder() {
    OnnxModel observed = TinyModels.build(TinyModels.classifier(), "relu", "prob", "pool");
    INDArray images = images(3);
    try (ObservedSession session = ObservedSession.open(observed, TWO_THREADS);
        ActivationProbe probe = session.probe()) {
      Map<String, FloatBuffer> outputs = probe.run(FloatTensor.of(images));
      assertThat(outputs.keySet()).containsExactly("relu", "prob", "pool");
      assertThat(floats(outputs.get("relu"))).containsExactly(alone("relu", images));
      assertThat(floats(outputs.get("pool"))).containsExactly(alone("pool", images));
      assertThat(floats(outputs.get("prob"))).containsExactly(alone("prob", images));
    }
  }

  @Test
  void memoryIsUsedAgainForBatchesOfAnySize() {
    OnnxModel observed = TinyModels.build(TinyModels.classifier(), "relu", "prob");
    try (ObservedSession session = ObservedSession.open(observed, TWO_THREADS);
        ActivationProbe probe = session.probe()) {
      for (int size : new int[] {2, 5, 1, 5}) {
        INDArray images = images(size);
        Map<String, FloatBuffer> outputs = probe.run(FloatTensor.of(images));
        assertThat(outputs.get("relu").isDirect()).isTrue();
        assertThat(floats(outputs.get("relu"))).containsExactly(alone("relu", images));
        assertThat(floats(outputs.get("prob"))).containsExactly(alone("prob", images));
      }
    }
  }

  @Test
  void anOutputWhoseRankOnlyARunShows() {
    GraphBuilder graph = TinyModels.classifier();
    graph.node("Shape", List.of("relu"), "shape", Map.of());
    graph.node("NonZero", List.of("shape"), "places", Map.of());
    graph.node("Squeeze", List.of("places"), "axes", Map.of());
    graph.node("Gather", List.of("shape", "axes"), "dims", Map.of());
    graph.node("Reshape", List.of("relu", "dims"), "again", Map.of());
    OnnxModel observed = TinyModels.build(graph, "relu", "again");
    INDArray images = images(2);
    try (ObservedSession session = ObservedSession.open(observed, TWO_THREADS);
        ActivationProbe probe = session.probe()) {
      assertThat(floats(probe.run(FloatTensor.of(images)).get("again")))
          .containsExactly(alone("relu", images));
    }
  }

  @Test
  void probesRunAtTheSameTime() throws InterruptedException {
    OnnxModel observed = TinyModels.build(TinyModels.classifier(), "relu", "prob");
    Map<Integer, float[]> found = new ConcurrentHashMap<>();
    try (ObservedSession session = ObservedSession.open(observed, TWO_THREADS.withThreads(1))) {
      List<Thread> threads = new ArrayList<>();
      for (int size = 1; size <= 3; size++) {
        INDArray images = images(size);
        threads.add(
            new Thread(
                () -> {
                  try (ActivationProbe probe = session.probe()) {
                    for (int run = 0; run < 20; run++) {
                      float[] relu = floats(probe.run(FloatTensor.of(images)).get("relu"));
                      found.put((int) images.size(0), relu);
                    }
                  }
                }));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    for (int size = 1; size <= 3; size++) {
      assertThat(found.get(size)).containsExactly(alone("relu", images(size)));
    }
  }

  @Test
  void bytesPerImageCountEveryValue() {
    OnnxModel observed = TinyModels.build(TinyModels.classifier(), "relu", "prob");
    try (ObservedSession session = ObservedSession.open(observed, TWO_THREADS)) {
      assertThat(session.bytesPerImage()).isEqualTo(4 * (4 * 8 * 8 + 5));
    }
  }

  /** 16 channels are whole blocks on every processor, 12 are not. */
  @ParameterizedTest
  @ValueSource(ints = {16, 12})
  void outputsInAnyOrderHoldTheSameValuesImageByImage(int channels) {
    OnnxModel model = wide(channels);
    INDArray images = images(2);
    try (ObservedSession rows = ObservedSession.open(model, TWO_THREADS);
        ObservedSession any = ObservedSession.openUnordered(model, TWO_THREADS, MANY_IMAGES);
        ActivationProbe rowsProbe = rows.probe();
        ActivationProbe anyProbe = any.probe()) {
      assertThat(any.bytesPerImage()).isEqualTo(rows.bytesPerImage());
      Map<String, FloatBuffer> expected = rowsProbe.run(FloatTensor.of(images));
      Map<String, FloatBuffer> found = anyProbe.run(FloatTensor.of(images));
      assertThat(found.keySet()).containsExactly("relu", "pool");
      for (String name : found.keySet()) {
        float[] ordered = floats(expected.get(name));
        float[] unordered = floats(found.get(name));
        int image = ordered.length / 2;
        for (int i = 0; i < 2; i++) {
          assertThat(sorted(unordered, i * image, image))
              .isEqualTo(sorted(ordered, i * image, image));
        }
      }
    }
  }

  @Test
  void aFewImagesAreNotWorthAnotherLayout() {
    OnnxModel model = wide(16);
    INDArray images = images(1);
    try (ObservedSession rows = ObservedSession.open(model, TWO_THREADS);
        ObservedSession any = ObservedSession.openUnordered(model, TWO_THREADS, 1);
        ActivationProbe rowsProbe = rows.probe();
        ActivationProbe anyProbe = any.probe()) {
      assertThat(floats(anyProbe.run(FloatTensor.of(images)).get("relu")))
          .isEqualTo(floats(rowsProbe.run(FloatTensor.of(images)).get("relu")));
    }
  }

  private static OnnxModel wide(int channels) {
    GraphBuilder graph = GraphBuilder.create("wide");
    graph.input(TinyModels.INPUT);
    INDArray weights = Nd4j.linspace(-1, 1, channels * 27L);
    graph.initializer(
        Tensor.floats("w", List.of((long) channels, 3L, 3L, 3L), weights.toFloatVector()));
    graph.node("Conv", List.of("data", "w"), "conv", Map.of("pads", Attribute.ints(1, 1, 1, 1)));
    graph.node("Relu", List.of("conv"), "relu", Map.of());
    graph.node("GlobalAveragePool", List.of("relu"), "pool", Map.of());
    return TinyModels.build(graph, "relu", "pool");
  }

  private static float[] sorted(float[] values, int from, int count) {
    float[] part = Arrays.copyOfRange(values, from, from + count);
    Arrays.sort(part);
    return part;
  }

  @Test
  void anOutputOfUnknownShapeIsFetched() {
    GraphBuilder graph = TinyModels.classifier();
    graph.node("NonZero", List.of("relu"), "indices", Map.of());
    graph.node("Transpose", List.of("indices"), "rows", Map.of());
    graph.node("GatherND", List.of("relu", "rows"), "positive", Map.of());
    OnnxModel observed = TinyModels.build(graph, "relu", "positive");
    try (ObservedSession session = ObservedSession.open(observed, TWO_THREADS);
        ActivationProbe probe = session.probe()) {
      assertThat(session.bytesPerImage()).isEqualTo(4 * 4 * 8 * 8);
      for (int size : new int[] {2, 1}) {
        Map<String, FloatBuffer> outputs = probe.run(FloatTensor.of(images(size)));
        float[] relu = floats(outputs.get("relu"));
        float[] positive = floats(outputs.get("positive"));
        int expected = 0;
        for (float value : relu) {
          expected += value > 0 ? 1 : 0;
        }
        assertThat(positive).hasSize(expected);
      }
    }
  }

  @Test
  void anOutputThatIsNotFloat32IsRefused() {
    GraphBuilder graph = GraphBuilder.create("shape");
    graph.input(TinyModels.INPUT);
    graph.node("Shape", List.of("data"), "out", Map.of());
    graph.output(
        new io.github.calib8.onnx.ValueInfo(
            "out", io.github.calib8.onnx.DataType.INT64, List.of(4L)));
    OnnxModel model = graph.build();
    assertThatThrownBy(() -> ObservedSession.open(model, TWO_THREADS))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Expected float32 outputs in model 'shape', found 'out'");
  }

  @Test
  void anUnknownOperatorNamesTheModel() {
    OnnxModel strange = TinyModels.of("", "Frobnicate");
    assertThatThrownBy(() -> ObservedSession.open(strange, TWO_THREADS))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("model 'strange'")
        .hasMessageContaining("Frobnicate");
  }

  @Test
  void aWrongShapeIsRefused() {
    OnnxModel observed = TinyModels.build(TinyModels.classifier(), "relu", "prob");
    try (ObservedSession session = ObservedSession.open(observed, TWO_THREADS);
        ActivationProbe probe = session.probe()) {
      assertThatThrownBy(() -> probe.run(FloatTensor.zeros(2, 1, 8, 8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Expected 3 channels for input 'data' [N,3,8,8], found 1");
    }
  }

  private static float[] alone(String tensor, INDArray images) {
    OnnxModel model = TinyModels.build(TinyModels.classifier(), tensor);
    try (InferenceSession session = InferenceSession.open(model, TWO_THREADS)) {
      INDArray output = session.run(images);
      return output.reshape(output.length()).toFloatVector();
    }
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.duplicate().get(values);
    return values;
  }

  private static INDArray images(int count) {
    Nd4j.getRandom().setSeed(count);
    return Nd4j.randn('c', count, 3, 8, 8).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT);
  }
}
