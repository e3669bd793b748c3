package io.github.calib8.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.UnreadableImages;
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
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A calibration that is cut short and gone on with is like one that was not. */
@ExtendWith(LeakCheck.class)
class ResumedCalibrationTest {
  private static final OnnxModel MODEL = SmallNetwork.model();
  private static final ImageBatches BATCHES =
      SmallNetwork.images(20).batches(4, SmallNetwork.preprocessing());
  private static final CalibrationStatistics WHOLE = calibrator().build().collect(BATCHES);

  @TempDir Path folder;
  private Path file;
  private Checkpoint checkpoint;

  @BeforeEach
  void setUp() {
    file = folder.resolve("state");
    checkpoint = Checkpoint.in(file).withInterval(Duration.ZERO);
  }

  private static Calibrator.Builder calibrator() {
    return Calibrator.builder(MODEL);
  }

  /** Ends in the middle of the work, as if the process did. */
  private void cutShort(Calibrator.Builder calibrator, ImageBatches batches, int afterImages) {
    assertThatThrownBy(
            () ->
                calibrator
                    .withCheckpoint(checkpoint)
                    .withProgress(
                        progress -> {
                          if (progress.done() >= afterImages) {
                            throw new IllegalStateException("cut short");
                          }
                        })
                    .build()
                    .collect(batches))
        .hasMessage("cut short");
  }

  @Test
  void goesOnWithTheImagesThatAreLeft() throws IOException {
    cutShort(calibrator(), BATCHES, 9);
    assertThat(CalibrationStatistics.read(file).images()).hasSize(8);
    cutShort(calibrator(), BATCHES, 17);
    assertThat(CalibrationStatistics.read(file).images()).hasSize(16);

    List<Progress> steps = new ArrayList<>();
    CalibrationStatistics resumed =
        calibrator().withCheckpoint(checkpoint).withProgress(steps::add).build().collect(BATCHES);

    assertThat(resumed).isEqualTo(WHOLE);
    assertThat(Files.readAllBytes(file)).isEqualTo(WHOLE.toBytes());
    assertThat(steps).extracting(Progress::done).startsWith(16L).endsWith(20L);
  }

  @Test
  void whatIsDoneIsNotDoneAgain() {
    calibrator().withCheckpoint(checkpoint).build().collect(BATCHES);
    List<Progress> steps = new ArrayList<>();

    CalibrationStatistics again =
        calibrator().withCheckpoint(checkpoint).withProgress(steps::add).build().collect(BATCHES);

    assertThat(again).isEqualTo(WHOLE);
    assertThat(steps).containsExactly(new Progress("calibration", 20, 20));
  }

  @Test
  void savesInTheEndWhateverTheInterval() throws IOException {
    calibrator()
        .withCheckpoint(checkpoint.withInterval(Duration.ofDays(9)))
        .build()
        .collect(BATCHES);

    assertThat(CalibrationStatistics.read(file)).isEqualTo(WHOLE);
  }

  @Test
  void goesOnWithMoreImagesAndOtherBatches() {
    calibrator().withCheckpoint(checkpoint).build().collect(BATCHES.first(2));

    CalibrationStatistics more =
        calibrator()
            .withCheckpoint(checkpoint)
            .build()
            .collect(SmallNetwork.images(20).batches(7, SmallNetwork.preprocessing()));

    assertThat(more).isEqualTo(WHOLE);
  }

  @Test
  void unreadableImagesStayLeftOut() {
    List<LabeledImage> images = new ArrayList<>(BATCHES.images());
    images.add(7, LabeledImage.of("text.png", 0, "no image".getBytes(StandardCharsets.US_ASCII)));
    ImageBatches batches = ImageDataset.of(images).batches(4, SmallNetwork.preprocessing());
    Calibrator.Builder skipping = calibrator().withUnreadableImages(UnreadableImages.SKIP);
    cutShort(skipping, batches, 9);

    List<Progress> steps = new ArrayList<>();
    CalibrationStatistics resumed = skipping.withProgress(steps::add).build().collect(batches);

    assertThat(resumed).isEqualTo(WHOLE);
    assertThat(steps).endsWith(new Progress("calibration", 21, 21));
  }

  @Test
  void theStateOfOtherImagesIsRefused() {
    calibrator().withCheckpoint(checkpoint).build().collect(BATCHES);

    refused(calibrator(), BATCHES.skip(1))
        .hasMessage(
            file
                + ": Expected statistics of the 16 calibration images, found another one,"
                + " 'i00.png'; delete the file to start afresh");
  }

  @Test
  void theStateOfAnotherModelOrPreprocessingIsRefused() {
    calibrator().withCheckpoint(checkpoint).build().collect(BATCHES);

    refused(Calibrator.builder(SmallNetwork.model(1)), BATCHES)
        .hasMessageStartingWith(file + ": Expected statistics of the same model (SHA-256), ");
    refused(
            calibrator(),
            BATCHES.withPreprocessing(
                SmallNetwork.preprocessing().toBuilder().withDivisor(2).build()))
        .hasMessageStartingWith(file + ": Expected statistics of the same preprocessing, ");
  }

  @Test
  void aDamagedOrForeignFileIsRefusedAndKept() throws IOException {
    byte[] whole = WHOLE.toBytes();
    for (byte[] bytes :
        List.of(
            Arrays.copyOf(whole, whole.length / 2),
            new byte[0],
            "a shopping list".getBytes(StandardCharsets.US_ASCII))) {
      Files.write(file, bytes);

      refused(calibrator(), BATCHES).hasMessageStartingWith(file + ", near byte ");

      assertThat(file).hasBinaryContent(bytes);
    }
  }

  @Test
  void aFileThatCouldNotBeWrittenIsKnownBeforeTheWork() {
    List<Progress> steps = new ArrayList<>();
    Calibrator calibrator =
        calibrator()
            .withCheckpoint(Checkpoint.in(folder.resolve("missing/state")))
            .withProgress(steps::add)
            .build();

    assertThatThrownBy(() -> calibrator.collect(BATCHES))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("there is no folder");
    assertThat(steps).isEmpty();
  }

  private AbstractThrowableAssert<?, ?> refused(
      Calibrator.Builder calibrator, ImageBatches batches) {
    return assertThatThrownBy(() -> calibrator.withCheckpoint(checkpoint).build().collect(batches))
        .isInstanceOf(CalibrationException.class);
  }
}
