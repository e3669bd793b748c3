package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LayoutTest {
  private static final int HEIGHT = 5;
  private static final int WIDTH = 7;

  @ParameterizedTest
  @CsvSource({
    "3, 224, 224, 3, NCHW",
    "224, 224, 3, 3, NHWC",
    "1, 28, 28, 1, NCHW",
    "28, 28, 1, 1, NHWC",
    "3, -1, -1, 3, NCHW",
    "-1, -1, 3, 3, NHWC",
    "-1, 224, 224, 3, NCHW",
    "224, 224, -1, 3, NHWC",
  })
  void channelsAreWhereTheShapeHasThem(
      long first, long second, long third, int channels, Layout layout) {
    assertThat(Layout.of(List.of(-1L, first, second, third), channels)).contains(layout);
  }

  @ParameterizedTest
  @CsvSource({"3, 7, 3", "-1, -1, -1", "8, 9, 10", "-1, 224, -1"})
  void whatCanBeBothOrNeitherIsNotGuessed(long first, long second, long third) {
    assertThat(Layout.of(List.of(1L, first, second, third), 3)).isEmpty();
  }

  @Test
  void shapesOfAnotherRankHaveNoLayout() {
    assertThat(Layout.of(List.of(), 3)).isEmpty();
    assertThat(Layout.of(List.of(1L, 3L, 224L), 3)).isEmpty();
    assertThat(Layout.of(List.of(1L, 3L, 8L, 224L, 224L), 3)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Channels.class)
  void theValuesAreTheSameInAnotherOrder(Channels channels) {
    float[] mean = channels == Channels.GRAY ? new float[] {9} : new float[] {1, 2, 3};
    Preprocessing first =
        Preprocessing.builder()
            .withCrop(HEIGHT, WIDTH)
            .withChannels(channels)
            .withMean(mean)
            .build();
    Preprocessing last = first.withLayout(Layout.NHWC);
    int depth = channels.count();
    assertThat(first.shape()).containsExactly((long) depth, (long) HEIGHT, (long) WIDTH);
    assertThat(last.shape()).containsExactly((long) HEIGHT, (long) WIDTH, (long) depth);
    float[] planes = new float[1 + depth * HEIGHT * WIDTH];
    float[] pixels = planes.clone();
    first.apply(noise(), planes, 1);
    last.apply(noise(), pixels, 1);
    for (int c = 0; c < depth; c++) {
      for (int at = 0; at < HEIGHT * WIDTH; at++) {
        assertThat(pixels[1 + at * depth + c]).isEqualTo(planes[1 + c * HEIGHT * WIDTH + at]);
      }
    }
  }

  @Test
  void theLayoutIsPartOfThePreprocessing() {
    Preprocessing last = Preprocessing.caffe().withLayout(Layout.NHWC);
    assertThat(last.id()).isEqualTo(Preprocessing.caffe().id() + ",layout=nhwc");
    assertThat(last)
        .isEqualTo(last.withCrop(100).withCrop(224))
        .isNotEqualTo(Preprocessing.caffe());
    assertThat(last.withLayout(Layout.NCHW)).isEqualTo(Preprocessing.caffe());
    assertThat(Preprocessing.parse(last.id())).isEqualTo(last);
    assertThat(Preprocessing.parse(Preprocessing.caffe().id()).layout()).isEqualTo(Layout.NCHW);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.parse(last.id().replace("nhwc", "hwnc")))
        .withMessageContaining("Expected layout of nchw or nhwc");
  }

  @Test
  void batchesHaveTheLayoutsShape() {
    Preprocessing last = Preprocessing.builder().withCrop(4, 6).withLayout(Layout.NHWC).build();
    ImageBatches images =
        ImageDataset.of(List.of(LabeledImage.of("one", 0, TestImages.png(noise()))))
            .batches(1, last);
    try (BatchLoader loader = images.load();
        ImageBatch batch = loader.next()) {
      assertThat(batch.tensor().shape()).containsExactly(1, 4, 6, 3);
      float[] values = new float[4 * 6 * 3];
      last.apply(noise(), values, 0);
      assertThat(batch.tensor().toArray()).isEqualTo(values);
    }
  }

  @Test
  void onlyPlainSamplesAreKept() {
    assertThat(Preprocessing.builder().build().keepsSamples()).isTrue();
    assertThat(Preprocessing.builder().withStd(1, 1, 1.5f).build().keepsSamples()).isFalse();
    assertThat(Preprocessing.builder().withMean(0, 0, 1).build().keepsSamples()).isFalse();
    assertThat(Preprocessing.builder().withDivisor(255).build().keepsSamples()).isFalse();
  }

  private static BufferedImage noise() {
    Random random = new Random(8);
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return image;
  }
}
