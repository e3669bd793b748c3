package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LrnRewritingTest {
  private static final int CHANNELS = 7;

  /** A convolution that passes 3 channels on to 7, in front of an LRN. */
  private static OnnxModel model(Map<String, Attribute> attributes) {
    GraphBuilder builder = GraphBuilder.create("lrn");
    builder.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 5L, 4L)));
    Random random = new Random(7);
    float[] weights = new float[CHANNELS * 3];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    builder.initializer(Tensor.floats("w", List.of((long) CHANNELS, 3L, 1L, 1L), weights));
    builder.node("Conv", List.of("data", "w"), "conv", Map.of());
    builder.node("LRN", List.of("conv"), "norm", attributes);
    return builder.output(Graphs.output("norm")).build();
  }

  @ParameterizedTest
  @CsvSource({
    "5, 0.0001, 0.75, 1",
    "5, 1.5, 0.75, 1",
    "1, 1.5, 0.75, 1",
    "3, 0.5, 0.5, 2",
    "15, 0.5, 1.25, 0.5"
  })
  void theRewrittenGraphIsEqual(int size, float alpha, float beta, float bias) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("size", Attribute.of(size));
    attributes.put("alpha", Attribute.of(alpha));
    attributes.put("beta", Attribute.of(beta));
    attributes.put("bias", Attribute.of(bias));
    OnnxModel original = model(attributes);
    OnnxModel rewritten = LrnRewriting.apply(original);
    assertThat(rewritten.nodes()).noneMatch(node -> node.is("LRN"));

    INDArray images = Nd4j.createFromArray(images()).reshape(2, 3, 5, 4);
    float[] expected = run(original, images);
    assertThat(run(rewritten, images)).containsExactly(expected, within(1e-5f));
    assertThat(expected).hasSize(2 * CHANNELS * 5 * 4);
  }

  @Test
  void theFormatsDefaultsAreUsed() {
    OnnxModel original = model(Map.of("size", Attribute.of(5)));
    INDArray images = Nd4j.createFromArray(images()).reshape(2, 3, 5, 4);
    assertThat(run(LrnRewriting.apply(original), images))
        .containsExactly(run(original, images), within(1e-5f));
  }

  @Test
  void anLrnOfUnknownChannelsStays() {
    GraphBuilder builder = GraphBuilder.create("lrn");
    builder.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 5L, 4L)));
    builder.node("LRN", List.of("data"), "norm", Map.of("size", Attribute.of(5)));
    OnnxModel model = builder.output(Graphs.output("norm")).build();
    assertThat(LrnRewriting.apply(model).nodes()).isEqualTo(model.nodes());
  }

  private static float[] images() {
    Random random = new Random(1);
    float[] images = new float[2 * 3 * 5 * 4];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return images;
  }

  private static float[] run(OnnxModel model, INDArray images) {
    try (InferenceSession session =
        InferenceSession.open(model, EngineOptions.defaults().withThreads(1))) {
      return session.run(images).reshape(-1).toFloatVector();
    }
  }
}
