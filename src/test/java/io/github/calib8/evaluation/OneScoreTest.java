package io.github.calib8.evaluation;

import static io.github.calib8.evaluation.ColorModels.PREPROCESSING;
import static io.github.calib8.evaluation.ColorModels.mixtures;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that make one score an image. */
class OneScoreTest {

  private static final ImageDataset IMAGES = images();

  @TempDir private static Path folder;

  /** Labels of 0 and 1 in turn, which no model here knows. */
  private static ImageDataset images() {
    List<LabeledImage> images = new ArrayList<>();
    try {
      for (LabeledImage image : mixtures(40).images()) {
        try (InputStream png = image.open()) {
          images.add(LabeledImage.of(image.name(), images.size() % 2, png.readAllBytes()));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return ImageDataset.of(images);
  }

  /** A gain times (red - green), [N, 1], and what may stand behind it. */
  private static OnnxModel model(float gain, String... behind) {
    GraphBuilder graph = ColorModels.logits("colors", gain, gain, gain);
    graph.initializer(Tensor.floats("weights", List.of(3L, 1L), 1, -1, 0));
    String last = graph.node("MatMul", List.of("logits", "weights"), "score", Map.of());
    for (String operator : behind) {
      Map<String, Attribute> attributes =
          operator.equals("Flatten") ? Map.of("axis", Attribute.of(1L)) : Map.of();
      last = graph.node(operator, List.of(last), graph.uniqueName(operator), attributes);
    }
    return graph.outputs(List.of(new ValueInfo(last, DataType.FLOAT, List.of(-1L, 1L)))).build();
  }

  /** Red - green, 0 to 1 each. */
  private static double difference(LabeledImage image) {
    try (InputStream png = image.open()) {
      int rgb = ImageIO.read(png).getRGB(0, 0);
      return ((rgb >> 16 & 255) - (rgb >> 8 & 255)) / 255d;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @ParameterizedTest
  @CsvSource({"0.5, false", "0.5, true", "0.7, false", "0.7, true", "0.2, false", "0.2, true"})
  void aThresholdOfTheProbabilityDecides(double threshold, boolean withSigmoid) {
    String[] behind = withSigmoid ? new String[] {"Sigmoid", "Flatten"} : new String[0];
    AccuracyReport report =
        Evaluator.builder()
            .withThreshold(threshold)
            .build()
            .compare(model(2, behind), model(5, behind), IMAGES.batches(7, PREPROCESSING));

    long right = 0;
    long agreeing = 0;
    double kl = 0;
    for (LabeledImage image : IMAGES.images()) {
      double fp32 = sigmoid(2 * difference(image));
      double int8 = sigmoid(5 * difference(image));
      right += (fp32 > threshold ? 1 : 0) == image.label() ? 1 : 0;
      agreeing += fp32 > threshold == int8 > threshold ? 1 : 0;
      kl += fp32 * Math.log(fp32 / int8) + (1 - fp32) * Math.log((1 - fp32) / (1 - int8));
    }
    assertThat(report.fp32().top1Correct()).isEqualTo(right);
    assertThat(report.agreeing()).isEqualTo(agreeing);
    assertThat(report.meanKl()).isCloseTo(kl / 40, within(1e-5));
    assertThat(report.fp32().top5()).isEqualTo(100);
    assertThat(report.classes()).isEqualTo(2);
    if (threshold != 0.5) {
      assertThat(agreeing).isLessThan(40);
      assertThat(report.changed()).hasSize((int) (40 - agreeing));
      assertThat(report.changed().get(0).fp32Class() + report.changed().get(0).int8Class())
          .isEqualTo(1);
    }
  }

  @Test
  void aSigmoidThatIsCertainDivergesFinitely() {
    // float32's sigmoid of 1,000 is 1.
    AccuracyReport report =
        Evaluator.builder()
            .build()
            .compare(
                model(1, "Sigmoid"), model(10_000, "Sigmoid"), IMAGES.batches(40, PREPROCESSING));

    assertThat(report.meanKl()).isFinite().isBetween(1d, 60d);
    assertThat(report.agreement()).isEqualTo(100);
  }

  @Test
  void labelsAre0And1() {
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(
            () ->
                Evaluator.builder()
                    .build()
                    .compare(model(1), model(1), mixtures(5).batches(5, PREPROCESSING)))
        .withMessageContaining("Expected labels from 0 to 1")
        .withMessageContaining("found 2");
  }

  @Test
  void aThresholdIsAProbability() {
    for (double threshold : new double[] {0, 1, -1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Evaluator.builder().withThreshold(threshold))
          .withMessage("Expected a threshold between 0 and 1, found " + threshold);
    }
  }

  @Test
  void aSavedEvaluationOfAnotherThresholdIsRefused() throws IOException {
    Path file = folder.resolve("state");
    ModelPair pair = new ModelPair("colors", model(2), model(5));
    EvaluationStatistics saved =
        Evaluator.builder()
            .withThreshold(0.7)
            .withCheckpoint(Checkpoint.in(file))
            .build()
            .collect(List.of(pair), IMAGES.batches(7, PREPROCESSING));
    assertThat(EvaluationStatistics.read(file).reports()).isEqualTo(saved.reports());

    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(
            () ->
                Evaluator.builder()
                    .withCheckpoint(Checkpoint.in(file))
                    .build()
                    .collect(List.of(pair), IMAGES.batches(7, PREPROCESSING)))
        .withMessageContaining("the same threshold, 0.5, found 0.7");
  }

  @Test
  void probabilitiesOfOneScoreAreThoseOfBothClasses() {
    assertThat(OutputKind.of(model(1, "Sigmoid"))).isEqualTo(OutputKind.PROBABILITIES);
    assertThat(OutputKind.of(model(1))).isEqualTo(OutputKind.LOGITS);
    assertThat(OutputKind.PROBABILITIES.probabilities(new float[] {0.75f}))
        .containsExactly(0.25, 0.75);
    assertThat(OutputKind.LOGITS.probabilities(new float[] {(float) Math.log(3)}))
        .containsExactly(new double[] {0.25, 0.75}, within(1e-7));
  }
}
