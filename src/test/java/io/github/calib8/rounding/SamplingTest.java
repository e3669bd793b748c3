package io.github.calib8.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.InputWindows;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.quantization.WeightedLayer;
import io.github.calib8.tensor.FloatTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingTest {
  private static final int EDGE = 40;

  @Test
  void oneImageOfThreeDecides() {
    assertThat(Sampling.of(32, 250)).isEqualTo(new Sampling(32, 16));
    assertThat(Sampling.of(32, 30)).isEqualTo(new Sampling(20, 10));
    assertThat(Sampling.of(32, 3)).isEqualTo(new Sampling(1, 2));
    assertThat(Sampling.of(32, 250).compared(250)).isEqualTo(96);
    assertThat(Sampling.of(32, 60).compared(60)).isEqualTo(60);
  }

  /** Of a layer in groups, 4 windows for each input of a group and 64 are enough. */
  @ParameterizedTest
  @CsvSource({
    "16, 16, 1, 2048, 512", // Few inputs: as many windows as there ever are.
    "2048, 1, 1, 1024, 256", // As many as 8 MB have.
    "8192, 1, 1, 512, 128", // No fewer than that.
    "8192, 1, 8192, 256, 64", // 2^21 values in all, of one input each.
    "65536, 1, 65536, 64, 64"
  })
  void takesAsManyWindowsAsFit(int channels, int outputs, int groups, int fitted, int deciding) {
    WeightedLayer layer = layer(channels, Math.max(outputs, groups), groups);
    Sampling sampling = new Sampling(32, 16);
    assertThat(sampling.windows(layer)).isEqualTo(fitted);
    assertThat(sampling.bytes(layer)).isEqualTo(4L * channels * (fitted + deciding));
  }

  @Test
  void takesWindowsAtEqualDistancesAndOthersOfTheNextImage() {
    WeightedLayer layer = layer(1, 1, 1);
    FloatBuffer values = FloatBuffer.allocate(EDGE * EDGE);
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, i);
    }
    InputWindows windows = layer.windows(List.of(1L, 1L, (long) EDGE, (long) EDGE));
    Sampling sampling = new Sampling(8, 4);
    List<float[]> first = sampling.read(layer, windows, 0, values);
    assertThat(first).hasSize(2048 / 8);
    for (int i = 0; i < first.size(); i++) {
      assertThat(first.get(i)).containsExactly((int) (i * 6.25));
    }
    assertThat(sampling.read(layer, windows, 1, values).get(0))
        .containsExactly((int) (0.618 * 6.25));
    assertThat(sampling.read(layer, windows, 8, values)).hasSize(512 / 4);
  }

  /** A 1 x 1 convolution. */
  private static WeightedLayer layer(int channels, int outputs, int groups) {
    GraphBuilder graph = GraphBuilder.create("one");
    long edge = channels == 1 ? EDGE : 1;
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, (long) channels, edge, edge)));
    float[] weights = new float[outputs * (channels / groups)];
    Arrays.fill(weights, 1);
    graph.initializer(
        Tensor.floats("w", List.of((long) outputs, (long) (channels / groups), 1L, 1L), weights));
    graph.node("Conv", List.of("data", "w"), "out", Map.of("group", Attribute.of(groups)));
    graph.node("Relu", List.of("out"), "relu", Map.of());
    graph.node("GlobalAveragePool", List.of("relu"), "mean", Map.of());
    graph.node("Flatten", List.of("mean"), "flat", Map.of());
    graph.output(new ValueInfo("flat", DataType.FLOAT, List.of(-1L, (long) outputs)));
    OnnxModel model = graph.build();
    float[] values = new float[Math.toIntExact(channels * edge * edge)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 - 3;
    }
    TensorBatches images =
        TensorBatches.of(
            List.of(
                ImageBatch.of(
                    FloatTensor.of(values, 1, channels, edge, edge), new int[1], List.of("one"))));
    return Quantizer.forCpu()
        .plan(model, Calibrator.builder(model).build().calibrate(images))
        .weightedLayers()
        .get(0);
  }
}
