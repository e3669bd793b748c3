package io.github.calib8.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.histogram.Statistic;
import io.github.calib8.image.Layout;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Checkpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is gathered of tensors beside their magnitudes, where somebody asks for it. */
class ChannelMeansTest {
  private static final OnnxModel MODEL = SmallNetwork.model();
  private static final ImageDataset IMAGES = SmallNetwork.images(40);

  @TempDir Path folder;

  private static Calibrator.Builder calibrator() {
    return Calibrator.builder(MODEL).withStatistics(Set.of(Statistic.CHANNEL_MEANS));
  }

  @Test
  void meansAreThoseOfTheValuesThatTheModelMakes() {
    CalibrationStatistics statistics =
        calibrator().build().collect(IMAGES.batches(7, SmallNetwork.preprocessing()));
    assertMeans(MODEL, statistics, "data", "r1", "c4", "mean");
    assertThat(statistics.channelMeans("both")).as("put together").isEmpty();
  }

  /** 16 channels are whole blocks, in whose order the engine would leave the values. */
  @Test
  void channelsAreToldApartWhereTheEngineComputesInBlocks() {
    Random random = new Random(34);
    GraphBuilder graph = GraphBuilder.create("blocks");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 12L, 12L)));
    String from = "data";
    for (int layer = 1; layer <= 2; layer++) {
      long channels = layer == 1 ? 3 : 16;
      float[] weights = new float[Math.toIntExact(16 * channels * 9)];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian() / 9;
      }
      graph.initializer(Tensor.floats("w" + layer, List.of(16L, channels, 3L, 3L), weights));
      graph.node(
          "Conv",
          List.of(from, "w" + layer),
          "c" + layer,
          Map.of("pads", Attribute.ints(1, 1, 1, 1), "kernel_shape", Attribute.ints(3, 3)));
      from = graph.node("Relu", List.of("c" + layer), "r" + layer, Map.of());
    }
    graph.node("GlobalAveragePool", List.of(from), "mean", Map.of());
    OnnxModel model =
        graph.outputs(List.of(new ValueInfo("mean", DataType.FLOAT, List.of()))).build();
    CalibrationStatistics statistics =
        Calibrator.builder(model)
            .withStatistics(Set.of(Statistic.CHANNEL_MEANS))
            .build()
            .collect(IMAGES.batches(10, SmallNetwork.preprocessing()));
    assertMeans(model, statistics, "data", "r1", "r2");
  }

  /** Whatever the graph does in between: an exporter's transpositions, a product of tokens. */
  @Test
  void channelsAreWhereTheLayoutHasThem() {
    Random random = new Random(5);
    GraphBuilder graph = GraphBuilder.create("last");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 12L, 12L, 3L)));
    graph.initializer(floats(random, "w1", 8, 3, 3, 3));
    graph.initializer(floats(random, "w2", 8, 5));
    graph.initializer(floats(random, "w3", 6, 5, 1, 1));
    graph.node("Transpose", List.of("data"), "first", Map.of("perm", Attribute.ints(0, 3, 1, 2)));
    graph.node("Conv", List.of("first", "w1"), "c1", Map.of("kernel_shape", Attribute.ints(3, 3)));
    graph.node("Transpose", List.of("c1"), "t1", Map.of("perm", Attribute.ints(0, 2, 3, 1)));
    graph.node("MatMul", List.of("t1", "w2"), "m", Map.of());
    graph.node("Tanh", List.of("m"), "bent", Map.of());
    graph.node("Transpose", List.of("bent"), "t2", Map.of("perm", Attribute.ints(0, 3, 1, 2)));
    graph.node("Conv", List.of("t2", "w3"), "c2", Map.of());
    graph.node("GlobalAveragePool", List.of("c2"), "mean", Map.of());
    OnnxModel model =
        graph.outputs(List.of(new ValueInfo("mean", DataType.FLOAT, List.of()))).build();
    Preprocessing preprocessing = SmallNetwork.preprocessing().withLayout(Layout.NHWC);
    CalibrationStatistics statistics =
        Calibrator.builder(model)
            .withStatistics(Set.of(Statistic.CHANNEL_MEANS))
            .build()
            .collect(IMAGES.batches(10, preprocessing));
    Map<String, Integer> places =
        new HashMap<>(
            Map.of("data", 3, "first", 1, "c1", 1, "t1", 3, "m", 3, "bent", 3, "t2", 1, "c2", 1));
    places.keySet().retainAll(statistics.tensors());
    assertThat(places).containsEntry("data", 3).containsEntry("c1", 1).containsEntry("bent", 3);
    places.forEach((tensor, place) -> assertMeans(model, statistics, preprocessing, tensor, place));
  }

  private static Tensor floats(Random random, String name, int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.floats(name, Arrays.stream(dims).mapToObj(Long::valueOf).toList(), values);
  }

  private static void assertMeans(
      OnnxModel model, CalibrationStatistics statistics, String... tensors) {
    assertThat(statistics.gathered())
        .containsExactly(Statistic.MAGNITUDES, Statistic.CHANNEL_MEANS);
    for (String tensor : tensors) {
      assertMeans(model, statistics, SmallNetwork.preprocessing(), tensor, 1);
    }
  }

  private static void assertMeans(
      OnnxModel model,
      CalibrationStatistics statistics,
      Preprocessing preprocessing,
      String tensor,
      int place) {
    double[] expected = means(model, preprocessing, tensor, place);
    assertThat(statistics.channelMeans(tensor)).as(tensor).hasSize(expected.length);
    for (int channel = 0; channel < expected.length; channel++) {
      assertThat(statistics.channelMeans(tensor).get(channel))
          .as("%s of %s", channel, tensor)
          .isCloseTo(expected[channel], within(1e-5 * (1 + Math.abs(expected[channel]))));
    }
  }

  /** In float64, image by image. */
  private static double[] means(
      OnnxModel model, Preprocessing preprocessing, String tensor, int place) {
    OnnxModel cut =
        tensor.equals("data")
            ? model
            : model
                .edit()
                .outputs(List.of(new ValueInfo(tensor, DataType.FLOAT, List.of())))
                .build();
    double[] sums = new double[0];
    long count = 0;
    try (InferenceSession session = InferenceSession.open(cut, EngineOptions.defaults());
        BatchLoader loader = IMAGES.batches(1, preprocessing).load()) {
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next();
            FloatTensor made = session.run(batch.tensor())) {
          FloatTensor values = tensor.equals("data") ? batch.tensor() : made;
          int channels = (int) values.size(place);
          int each = values.elements() / channels;
          int together = place == 1 ? each : 1;
          sums = sums.length == 0 ? new double[channels] : sums;
          float[] all = values.toArray();
          for (int i = 0; i < all.length; i++) {
            sums[i / together % channels] += all[i];
          }
          count += each;
        }
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= count;
    }
    return sums;
  }

  @Test
  void neitherThreadsNorBatchesNorPartsMatter() {
    CalibrationStatistics whole =
        calibrator().build().collect(IMAGES.batches(20, SmallNetwork.preprocessing()));
    CalibrationStatistics other =
        calibrator()
            .withThreads(3)
            .withMicroBatch(2)
            .build()
            .collect(IMAGES.shuffled(3).batches(5, SmallNetwork.preprocessing()));
    assertThat(other.toBytes()).isEqualTo(whole.toBytes());
    Calibrator calibrator = calibrator().build();
    CalibrationStatistics first =
        calibrator.collect(IMAGES.first(9).batches(4, SmallNetwork.preprocessing()));
    CalibrationStatistics rest =
        calibrator.collect(IMAGES.skip(9).batches(4, SmallNetwork.preprocessing()));
    assertThat(CalibrationStatistics.fromBytes(rest.toBytes()).merge(first).toBytes())
        .isEqualTo(whole.toBytes());
  }

  @Test
  void theTableIsTheSameAsWithoutThem() {
    CalibrationMethod method = CalibrationMethod.entropy();
    CalibrationStatistics plain =
        Calibrator.builder(MODEL).build().collect(IMAGES.batches(20, SmallNetwork.preprocessing()));
    CalibrationStatistics more =
        calibrator().build().collect(IMAGES.batches(20, SmallNetwork.preprocessing()));
    assertThat(more.toTable(method).toJson()).isEqualTo(plain.toTable(method).toJson());
    assertThat(plain.gathered()).containsExactly(Statistic.MAGNITUDES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain.channelMeans("data"))
        .withMessageEndingWith("found [MAGNITUDES] of 'data'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> more.channelMeans("nothing"))
        .withMessageContaining("found nothing of 'nothing'");
    assertThatIllegalArgumentException().isThrownBy(() -> plain.merge(more));
  }

  @Test
  void aCheckpointOfOtherStatisticsIsRefused() {
    Path file = folder.resolve("state");
    Calibrator.builder(MODEL)
        .withCheckpoint(Checkpoint.in(file))
        .build()
        .collect(IMAGES.first(4).batches(2, SmallNetwork.preprocessing()));
    Calibrator more = calibrator().withCheckpoint(Checkpoint.in(file)).build();
    assertThatExceptionOfType(CalibrationException.class)
        .isThrownBy(() -> more.collect(IMAGES.batches(2, SmallNetwork.preprocessing())))
        .withMessage(
            file
                + ": Expected statistics of [MAGNITUDES, CHANNEL_MEANS], found [MAGNITUDES];"
                + " delete the file to start afresh");
  }
}
