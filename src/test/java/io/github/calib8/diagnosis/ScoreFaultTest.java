package io.github.calib8.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScoreFaultTest {
  private static final Preprocessing PREPROCESSING =
      Preprocessing.builder().withCrop(2).withDivisor(255).build();

  /** The means of three colors, times a gain, and what comes behind. */
  private static OnnxModel model(float gain, String... operators) {
    GraphBuilder graph = GraphBuilder.create("colors");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(-1L, 3L, 2L, 2L)));
    graph.initializer(Tensor.floats("gain", List.of(1L), gain));
    graph.node("GlobalAveragePool", List.of("data"), "pooled", Map.of());
    graph.node("Flatten", List.of("pooled"), "means", Map.of());
    graph.node("Mul", List.of("means", "gain"), "t0", Map.of());
    String last = "t0";
    for (int i = 0; i < operators.length; i++) {
      String next = "t" + (i + 1);
      switch (operators[i]) {
        case "Softmax" -> graph.node("Softmax", List.of(last), next, Map.of());
        case "over images" ->
            graph.node("Softmax", List.of(last), next, Map.of("axis", Attribute.of(0)));
        case "decomposed" -> {
          graph.node("Exp", List.of(last), next + "e", Map.of());
          graph.node(
              "ReduceMean", List.of(next + "e"), next + "m", Map.of("axes", Attribute.ints(1)));
          graph.initializer(Tensor.floats("three", List.of(1L), 3));
          graph.node("Mul", List.of(next + "m", "three"), next + "s", Map.of());
          graph.node("Div", List.of(next + "e", next + "s"), next, Map.of());
        }
        default -> graph.node(operators[i], List.of(last), next, Map.of());
      }
      last = next;
    }
    return graph.output(new ValueInfo(last, DataType.FLOAT, List.of(-1L, 3L))).build();
  }

  private static ImageDataset images() {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
      int rgb = 0xe0 << 8 * (2 - i % 3) | 0x010101 * (i + 1);
      for (int pixel = 0; pixel < 4; pixel++) {
        image.setRGB(pixel % 2, pixel / 2, rgb);
      }
      images.add(LabeledImage.of("image" + i, i % 3, image));
    }
    return ImageDataset.of(images);
  }

  private static Optional<ScoreFault> fault(OnnxModel model) {
    return Doctor.builder(PREPROCESSING).build().diagnose(model, images()).scoreFault();
  }

  @Test
  void logitsAndProbabilitiesAreFine() {
    assertThat(fault(model(9))).isEmpty();
    assertThat(fault(model(9, "Softmax"))).isEmpty();
  }

  @Test
  void softmaxOfProbabilitiesIsDoubled() {
    assertThat(fault(model(9, "Softmax", "Softmax"))).contains(ScoreFault.SOFTMAX_DOUBLED);
  }

  @Test
  void aModelWithoutAnOpinionIsNotTakenForOne() {
    assertThat(fault(model(0.1f, "Softmax"))).isEmpty();
  }

  @Test
  void probabilitiesOfOtherNodesAreNamed() {
    assertThat(fault(model(9, "decomposed"))).contains(ScoreFault.PROBABILITIES_WITHOUT_SOFTMAX);
  }

  @Test
  void softmaxOverTheImagesIsNamed() {
    assertThat(fault(model(9, "over images"))).contains(ScoreFault.SOFTMAX_OVER_OTHER_AXIS);
  }

  @Test
  void scoresThatAreNoNumbersAreNamed() {
    assertThat(fault(model(9, "Neg", "Log"))).contains(ScoreFault.NOT_FINITE);
  }
}
