package io.github.calib8.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.histogram.Statistic;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.Target;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several models that calibrate on the same decoded images. */
class OpenCalibratorsTest {
  private static final OnnxModel MODEL = SmallNetwork.model();

  private final AtomicInteger reads = new AtomicInteger();

  /** Two models, of which the second is observed elsewhere and for other statistics. */
  private static List<Calibrator> calibrators(UnreadableImages unreadable) {
    Calibrator.Builder second =
        Calibrator.builder(MODEL)
            .withTarget(Target.tensorRt())
            .withStatistics(Set.of(Statistic.CHANNEL_MEANS));
    return List.of(
        Calibrator.builder(MODEL).withThreads(1).withUnreadableImages(unreadable).build(),
        second.withThreads(1).withUnreadableImages(unreadable).build());
  }

  /** Images that count how often they are read; the broken ones cannot be decoded. */
  private ImageBatches counted(int count, int... broken) {
    List<LabeledImage> images = new ArrayList<>();
    for (LabeledImage image : SmallNetwork.images(count).images()) {
      int index = images.size();
      images.add(
          LabeledImage.unlabeled(
              image.name(),
              () -> {
                reads.incrementAndGet();
                for (int each : broken) {
                  if (each == index) {
                    return new ByteArrayInputStream(new byte[] {1, 2, 3});
                  }
                }
                return image.open();
              }));
    }
    return ImageDataset.of(images).batches(4, SmallNetwork.preprocessing());
  }

  @Test
  void eachModelHasTheStatisticsOfARunForItAlone() {
    ImageBatches images = counted(18);
    List<CalibrationStatistics> alone =
        calibrators(UnreadableImages.FAIL).stream().map(each -> each.collect(images)).toList();
    assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
    reads.set(0);
    try (OpenCalibrators open = Calibrator.open(calibrators(UnreadableImages.FAIL), 18)) {
      for (int time = 1; time <= 2; time++) {
        List<CalibrationStatistics> together = open.collect(images);
        assertThat(together).isEqualTo(alone);
        for (int i = 0; i < alone.size(); i++) {
          assertThat(together.get(i).toBytes()).isEqualTo(alone.get(i).toBytes());
        }
        assertThat(reads).hasValue(18 * time);
      }
    }
  }

  @Test
  void unreadableImagesAreLeftOutOfAllModelsOrAnError() {
    ImageBatches images = counted(9, 2, 4, 5, 6, 7);
    List<CalibrationStatistics> alone =
        calibrators(UnreadableImages.SKIP).stream().map(each -> each.collect(images)).toList();
    try (OpenCalibrators open = Calibrator.open(calibrators(UnreadableImages.SKIP), 9)) {
      assertThat(open.collect(images)).isEqualTo(alone);
    }
    assertThat(alone.get(0).images()).hasSize(4);
    try (OpenCalibrators open = Calibrator.open(calibrators(UnreadableImages.FAIL), 9)) {
      assertThatThrownBy(() -> open.collect(images))
          .isInstanceOf(DatasetException.class)
          .hasMessageStartingWith(images.names().get(2) + ": expected");
    }
  }
}
