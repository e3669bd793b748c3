package io.github.calib8.evaluation;

import static io.github.calib8.evaluation.ColorModels.GREEN;
import static io.github.calib8.evaluation.ColorModels.PREPROCESSING;
import static io.github.calib8.evaluation.ColorModels.RED;
import static io.github.calib8.evaluation.ColorModels.image;
import static io.github.calib8.evaluation.ColorModels.mixtures;
import static io.github.calib8.evaluation.ColorModels.model;
import static io.github.calib8.evaluation.ColorModels.unreadable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.Device;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Checkpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class EvaluationListenerTest {

  private static final OnnxModel FP32 = model("colors", 1, 1, 1);

  /** Sees green four times as strong. */
  private static final OnnxModel INT8 = model("colors", 1, 4, 1);

  @TempDir private Path folder;

  /** Writes down what it is told, a line a call. */
  private static final class Told implements EvaluationListener {
    final List<String> lines = new ArrayList<>();
    final List<ImageResult> results = new ArrayList<>();

    @Override
    public void measured(String pair, ImageResult result) {
      lines.add(pair + " " + result.image());
      results.add(result);
    }

    @Override
    public void unreadable(String image, DatasetException failure) {
      lines.add(failure.getMessage().startsWith(image + ": ") ? "lost " + image : "unnamed");
    }
  }

  @Test
  void eachImageIsToldWithTheScoresOfBothModels() {
    Told told = new Told();

    Evaluator.builder()
        .withListener(told)
        .build()
        .compare(
            FP32,
            INT8,
            ImageDataset.of(
                    List.of(image("red.png", RED, 0xff0000), image("olive.png", GREEN, 0xff6600)))
                .batches(2, PREPROCESSING));

    assertThat(told.lines).containsExactly("colors red.png", "colors olive.png");
    ImageResult red = told.results.get(0);
    assertThat(red.label()).isEqualTo(RED);
    assertThat(red.fp32()).isEqualTo(red.int8()).hasToString("class 0 of 3");
    assertThat(red.agrees()).isTrue();
    assertThat(red.divergence()).isZero();
    ImageResult olive = told.results.get(1);
    assertThat(olive.label()).isEqualTo(GREEN);
    assertThat(olive.agrees()).isFalse();
    assertThat(olive.fp32().values()).containsExactly(new float[] {1, 0.4f, 0}, within(1e-6f));
    assertThat(olive.int8().values()).containsExactly(new float[] {1, 1.6f, 0}, within(1e-6f));
    assertThat(olive.fp32().top(2)).containsExactly(0, 1);
    assertThat(olive.int8().top(5)).containsExactly(1, 0, 2);
    assertThat(olive.fp32().rank(GREEN)).isEqualTo(1);
    assertThat(olive.int8().rank(GREEN)).isZero();
    assertThat(olive.int8()).isNotEqualTo(olive.fp32());
    double sum = Math.exp(1) + Math.exp(0.4) + 1;
    assertThat(olive.fp32().probabilities())
        .containsExactly(
            new double[] {Math.exp(1) / sum, Math.exp(0.4) / sum, 1 / sum}, within(1e-6));
    assertThatIllegalArgumentException().isThrownBy(() -> olive.fp32().top(0));
  }

  /** What a caller adds up is what the report has, so that a metric of one's own is as sure. */
  @Test
  void whatIsToldAddsUpToTheReport() {
    for (int devices : new int[] {1, 3}) {
      Told told = new Told();

      AccuracyReport report =
          Evaluator.builder()
              .withListener(told)
              .withDevices(Collections.nCopies(devices, Device.cpu()))
              .build()
              .compare(FP32, INT8, mixtures(23).batches(2, PREPROCESSING));

      assertThat(told.results)
          .extracting(ImageResult::image)
          .containsExactlyElementsOf(mixtures(23).batches(2, PREPROCESSING).names());
      List<ImageResult> all = told.results;
      assertThat(all.stream().filter(ImageResult::agrees)).hasSize((int) report.agreeing());
      assertThat(all.stream().filter(result -> result.fp32().rank(result.label()) == 0))
          .hasSize((int) report.fp32().top1Correct());
      assertThat(all.stream().filter(result -> result.int8().top(1).contains(result.label())))
          .hasSize((int) report.int8().top1Correct());
      assertThat(all.stream().mapToDouble(ImageResult::divergence).average().orElseThrow())
          .isCloseTo(report.meanKl(), within(1e-12));
    }
  }

  /** INT8 outputs hold many equal scores. */
  @Test
  void equalScoresRankByTheirIndex() {
    Told told = new Told();

    Evaluator.builder()
        .withListener(told)
        .build()
        .compare(
            FP32,
            model("negative", -1, 1, 1),
            ImageDataset.of(List.of(image("black.png", RED, 0))).batches(1, PREPROCESSING));

    // -0 is no less than 0.
    assertThat(told.results.get(0).int8().values()[0]).isZero();
    assertThat(told.results.get(0).int8().top(3)).containsExactly(0, 1, 2);
  }

  @Test
  void aModelOfOneScoreHasTwoClasses() {
    GraphBuilder graph = ColorModels.logits("colors", 1, 1, 1);
    graph.initializer(Tensor.floats("weights", List.of(3L, 1L), 1, -1, 0));
    graph.node("MatMul", List.of("logits", "weights"), "score", Map.of());
    graph.node("Sigmoid", List.of("score"), "probability", Map.of());
    OnnxModel model =
        graph
            .outputs(List.of(new ValueInfo("probability", DataType.FLOAT, List.of(-1L, 1L))))
            .build();
    Told told = new Told();

    Evaluator.builder()
        .withListener(told)
        .withThreshold(0.9)
        .build()
        .compare(
            model,
            model,
            ImageDataset.of(List.of(image("red.png", 1, 0xff0000))).batches(1, PREPROCESSING));

    double probability = 1 / (1 + Math.exp(-1));
    ImageScores scores = told.results.get(0).fp32();
    assertThat(scores.classes()).isEqualTo(2);
    assertThat(scores.probabilities())
        .containsExactly(new double[] {1 - probability, probability}, within(1e-6));
    assertThat(scores.top(2)).as("by the threshold").containsExactly(0, 1);
  }

  @Test
  void pairsComeBatchByBatchAndUnreadableImagesOnce() {
    ImageBatches images =
        ImageDataset.of(
                List.of(
                    image("a.png", RED, 0xff0000),
                    unreadable("b.png"),
                    unreadable("c.png"),
                    unreadable("d.png"),
                    image("e.png", RED, 0xff0000),
                    unreadable("f.png")))
            .batches(2, PREPROCESSING);
    Told told = new Told();

    Evaluator.builder()
        .withListener(told)
        .withUnreadableImages(UnreadableImages.SKIP)
        .build()
        .compareAll(
            List.of(new ModelPair("x", FP32, INT8), new ModelPair("y", FP32, FP32)), images);

    assertThat(told.lines)
        .containsExactly(
            "lost b.png",
            "x a.png",
            "y a.png",
            "lost c.png",
            "lost d.png",
            "lost f.png",
            "x e.png",
            "y e.png");
  }

  @Test
  void unreadableImagesAtTheEndAreToldToo() {
    Told told = new Told();

    Evaluator.builder()
        .withListener(told)
        .withUnreadableImages(UnreadableImages.SKIP)
        .build()
        .compare(
            FP32,
            INT8,
            ImageDataset.of(List.of(image("a.png", RED, 0xff0000), unreadable("b.png")))
                .batches(1, PREPROCESSING));

    assertThat(told.lines).containsExactly("colors a.png", "lost b.png");
  }

  @Test
  void whatAnEarlierRunCountedIsNotToldAgain() {
    ImageBatches batches = mixtures(8).batches(1, PREPROCESSING);
    Checkpoint checkpoint = Checkpoint.in(folder.resolve("state.eval")).withInterval(Duration.ZERO);
    Told first = new Told();
    RuntimeException stop = new RuntimeException("enough");

    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(
            () ->
                Evaluator.builder()
                    .withCheckpoint(checkpoint)
                    .withListener(
                        (pair, result) -> {
                          if (first.results.size() == 5) {
                            throw stop;
                          }
                          first.measured(pair, result);
                        })
                    .build()
                    .compare(FP32, INT8, batches))
        .isSameAs(stop);
    Told second = new Told();
    AccuracyReport report =
        Evaluator.builder()
            .withCheckpoint(checkpoint)
            .withListener(second)
            .build()
            .compare(FP32, INT8, batches);

    assertThat(report.images()).isEqualTo(8);
    assertThat(IntStream.concat(places(first), places(second)))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  private static IntStream places(Told told) {
    return told.results.stream()
        .mapToInt(result -> Integer.parseInt(result.image().replace(".png", "")));
  }

  @Test
  void anInterruptCancelsTheRun() {
    List<String> told = new ArrayList<>();
    Evaluator evaluator =
        Evaluator.builder()
            .withListener(
                (pair, result) -> {
                  told.add(result.image());
                  Thread.currentThread().interrupt();
                })
            .build();

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> evaluator.compare(FP32, INT8, mixtures(30).batches(1, PREPROCESSING)));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(told).containsExactly("0.png");
  }
}
