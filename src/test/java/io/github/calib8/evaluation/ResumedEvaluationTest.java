package io.github.calib8.evaluation;

import static io.github.calib8.evaluation.ColorModels.PREPROCESSING;
import static io.github.calib8.evaluation.ColorModels.mixtures;
import static io.github.calib8.evaluation.ColorModels.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.engine.Device;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.work.Checkpoint;
import io.github.calib8.work.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An evaluation that is cut short and gone on with finds what one that was not does. */
@ExtendWith(LeakCheck.class)
class ResumedEvaluationTest {

  private static final OnnxModel FP32 = model("colors", 1, 1, 1);
  private static final OnnxModel INT8 = model("colors", 1, 4, 1);
  private static final List<ModelPair> PAIRS =
      List.of(new ModelPair("colors", FP32, INT8), new ModelPair("same", FP32, FP32));
  private static final ImageBatches BATCHES = mixtures(23).batches(4, PREPROCESSING);
  private static final List<AccuracyReport> WHOLE = evaluator().build().compareAll(PAIRS, BATCHES);

  @TempDir Path folder;
  private Path file;
  private Checkpoint checkpoint;

  @BeforeEach
  void setUp() {
    file = folder.resolve("state");
    checkpoint = Checkpoint.in(file).withInterval(Duration.ZERO);
  }

  private static Evaluator.Builder evaluator() {
    return Evaluator.builder().withThreads(1);
  }

  private static void assertSame(List<AccuracyReport> found, List<AccuracyReport> expected) {
    assertThat(found)
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*imagesPerSecond", ".*speedupInterval.*")
        .isEqualTo(expected);
    assertThat(found).allMatch(report -> report.int8().imagesPerSecond() > 0);
  }

  /** Ends in the middle of the work, as if the process did. */
  private void cutShort(Evaluator.Builder evaluator, ImageBatches batches, int afterImages) {
    assertThatThrownBy(
            () ->
                evaluator
                    .withCheckpoint(checkpoint)
                    .withProgress(
                        progress -> {
                          if (progress.done() >= afterImages) {
                            throw new IllegalStateException("cut short");
                          }
                        })
                    .build()
                    .compareAll(PAIRS, batches))
        .hasMessage("cut short");
  }

  @Test
  void goesOnWithTheImagesThatAreLeft() throws IOException {
    cutShort(evaluator(), BATCHES, 8);
    assertThat(EvaluationStatistics.read(file).images()).hasSize(8);
    cutShort(evaluator(), BATCHES, 16);
    assertThat(EvaluationStatistics.read(file).images()).hasSize(16);

    List<Progress> steps = new ArrayList<>();
    List<AccuracyReport> resumed =
        evaluator()
            .withCheckpoint(checkpoint)
            .withProgress(steps::add)
            .build()
            .compareAll(PAIRS, BATCHES);

    assertSame(resumed, WHOLE);
    assertThat(WHOLE.get(0).changed()).hasSizeGreaterThan(3);
    assertThat(steps).extracting(Progress::done).containsExactly(16L, 20L, 23L);
    assertThat(EvaluationStatistics.read(file).reports()).isEqualTo(resumed);
  }

  @Test
  void whatIsDoneIsNotDoneAgain() {
    List<AccuracyReport> first =
        evaluator().withCheckpoint(checkpoint).build().compareAll(PAIRS, BATCHES);
    List<Progress> steps = new ArrayList<>();

    List<AccuracyReport> again =
        evaluator()
            .withCheckpoint(checkpoint)
            .withProgress(steps::add)
            .build()
            .compareAll(PAIRS, BATCHES);

    assertThat(again).isEqualTo(first);
    assertThat(steps).containsExactly(new Progress("evaluation", 23, 23));
  }

  /** Sessions side by side on the processor stand for several GPUs. */
  @Test
  void severalDevicesGoOnToo() {
    Evaluator.Builder devices = evaluator().withDevices(Collections.nCopies(3, Device.cpu()));
    cutShort(devices, BATCHES, 12);

    assertSame(devices.withProgress(step -> {}).build().compareAll(PAIRS, BATCHES), WHOLE);
  }

  @Test
  void unreadableImagesAreToldOnceWhereverTheyAre() {
    for (int place : new int[] {0, 3, 8, 10, 23}) {
      List<LabeledImage> images = new ArrayList<>(BATCHES.images());
      for (int i = 0; i < 5; i++) {
        images.add(place, ColorModels.unreadable("broken%d-%d.png".formatted(place, i)));
      }
      ImageBatches batches = ImageDataset.of(images).batches(4, PREPROCESSING);
      Evaluator.Builder skipping = evaluator().withUnreadableImages(UnreadableImages.SKIP);
      List<AccuracyReport> expected = skipping.build().compareAll(PAIRS, batches);
      Evaluator.Builder resuming =
          evaluator().withUnreadableImages(UnreadableImages.SKIP).withCheckpoint(checkpoint);
      cutShort(resuming, batches, 9);
      cutShort(resuming, batches, 20);

      List<Progress> steps = new ArrayList<>();
      assertSame(resuming.withProgress(steps::add).build().compareAll(PAIRS, batches), expected);

      assertThat(expected.get(0).skipped()).hasSize(5);
      assertThat(steps).endsWith(new Progress("evaluation", 28, 28));
      assertThat(file.toFile().delete()).isTrue();
    }
  }

  @Test
  void theStateOfOtherImagesOrClassesIsRefused() {
    cutShort(evaluator(), BATCHES, 8);

    List<LabeledImage> others = new ArrayList<>(BATCHES.images());
    Collections.swap(others, 2, 9);
    refused(evaluator(), PAIRS, ImageDataset.of(others).batches(4, PREPROCESSING))
        .hasMessage(
            file
                + ": Expected an evaluation of the same images, the one at 2 '9.png' of class 0,"
                + " found '2.png' of class 2; delete the file to start afresh");
    refused(evaluator(), PAIRS, mixtures(4).batches(4, PREPROCESSING))
        .hasMessageContaining("the one at 4 nothing more, found '4.png' of class 1");
  }

  @Test
  void aPartOfABatchIsNotGoneOnFrom() {
    evaluator()
        .withCheckpoint(checkpoint)
        .build()
        .compareAll(PAIRS, mixtures(6).batches(4, PREPROCESSING));

    refused(evaluator(), PAIRS, BATCHES)
        .hasMessageContaining("Expected to skip whole batches of 4 images, found 6 images");
  }

  @Test
  void theStateOfOtherModelsOrOptionsIsRefused() {
    cutShort(evaluator(), BATCHES, 8);
    OnnxModel other = model("colors", 1, 3, 1);

    refused(evaluator(), PAIRS.subList(0, 1), BATCHES)
        .hasMessageContaining("of the same networks, [colors], found [colors, same]");
    refused(evaluator(), List.of(new ModelPair("colors", other, INT8), PAIRS.get(1)), BATCHES)
        .hasMessageContaining("of the same FP32 model (SHA-256) of 'colors', " + other.sha256());
    refused(evaluator(), List.of(new ModelPair("colors", FP32, other), PAIRS.get(1)), BATCHES)
        .hasMessageContaining("of the same INT8 model (SHA-256) of 'colors', " + other.sha256());
    refused(
            evaluator(),
            List.of(
                new ModelPair(
                    "colors", FP32, other.edit().metadata("calib8.method", "mse").build()),
                PAIRS.get(1)),
            BATCHES)
        .hasMessageContaining("of the same scales of 'colors', mse, found unknown");
    refused(evaluator(), PAIRS, mixtures(23).batches(2, PREPROCESSING))
        .hasMessageContaining("of the same batch size, 2, found 4");
    refused(evaluator().withMicroBatch(3), PAIRS, BATCHES)
        .hasMessageContaining("of the same micro-batch, 3, found ");
    refused(evaluator().withThreads(2), PAIRS, BATCHES)
        .hasMessageContaining("of the same number of threads, 2, found 1");
    refused(
            evaluator(),
            PAIRS,
            BATCHES.withPreprocessing(PREPROCESSING.toBuilder().withDivisor(2).build()))
        .hasMessageContaining("of the same preprocessing, ");
  }

  @Test
  void aDamagedOrForeignFileIsRefusedAndKept() throws IOException {
    evaluator().withCheckpoint(checkpoint).build().compareAll(PAIRS, BATCHES);
    byte[] whole = Files.readAllBytes(file);
    for (byte[] bytes :
        List.of(
            Arrays.copyOf(whole, whole.length / 2),
            new byte[0],
            "a shopping list".getBytes(StandardCharsets.US_ASCII))) {
      Files.write(file, bytes);

      refused(evaluator(), PAIRS, BATCHES).hasMessageStartingWith(file + ", near byte ");

      assertThat(file).hasBinaryContent(bytes);
    }
  }

  @Test
  void aFileThatCouldNotBeWrittenIsKnownBeforeTheWork() {
    assertThatThrownBy(
            () ->
                evaluator()
                    .withCheckpoint(Checkpoint.in(folder.resolve("missing/state")))
                    .build()
                    .compareAll(PAIRS, BATCHES))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("there is no folder");
  }

  private AbstractThrowableAssert<?, ?> refused(
      Evaluator.Builder evaluator, List<ModelPair> pairs, ImageBatches batches) {
    return assertThatThrownBy(
            () -> evaluator.withCheckpoint(checkpoint).build().compareAll(pairs, batches))
        .isInstanceOf(EvaluationException.class);
  }
}
