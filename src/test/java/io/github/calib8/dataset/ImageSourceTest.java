package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.image.ImageLimits;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.TestImages;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Images of the user's own sources. */
class ImageSourceTest {
  private static final Preprocessing SMALL = Preprocessing.builder().withCrop(4).build();
  private static final byte[] PNG = TestImages.png(TestImages.picture(48, 32));

  private final AtomicInteger open = new AtomicInteger();

  /** A stream of a length that nobody knows, which hands out few bytes at a time. */
  private InputStream stream(byte[] bytes) {
    open.incrementAndGet();
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, 7));
      }

      @Override
      public int available() {
        return 0;
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    };
  }

  private static float[] pixels(LabeledImage image) {
    try (BatchLoader loader = ImageDataset.of(List.of(image)).batches(1, SMALL).load();
        ImageBatch batch = loader.next()) {
      return batch.tensor().toArray();
    }
  }

  @Test
  void aStreamGivesThePixelsOfItsBytes() throws IOException {
    LabeledImage image = LabeledImage.of("store/1", 3, () -> stream(PNG));
    assertThat(pixels(image))
        .isEqualTo(pixels(LabeledImage.of("1", 3, PNG)))
        .isEqualTo(pixels(image));
    assertThat(image.open().readAllBytes()).isEqualTo(PNG);
    assertThat(image.thumbnail(8)).isEqualTo(LabeledImage.of("1", 3, PNG).thumbnail(8));
    assertThat(image.name()).isEqualTo("store/1");
    assertThat(image.label()).isEqualTo(3);
    assertThat(open).hasValue(0);
  }

  @Test
  void anImageWithoutAClassOnlyCalibrates() {
    LabeledImage image = LabeledImage.unlabeled("1", () -> stream(PNG));
    assertThat(image.label()).isEqualTo(ImageBatch.UNLABELED);
    assertThat(pixels(image)).hasSize(48);
  }

  @Test
  void limitsHoldForStreamsOfUnknownLength() throws IOException {
    AtomicInteger given = new AtomicInteger();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            given.incrementAndGet();
            return 1;
          }
        };
    LabeledImage image =
        LabeledImage.of("endless", 0, () -> endless)
            .withLimits(ImageLimits.defaults().withFileBytes(1000));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(image::open)
        .withMessage("Expected an image file of at most 1000 bytes, found more");
    assertThat(given).hasValue(1001);

    ImageLimits exact = ImageLimits.defaults().withFileBytes(PNG.length);
    LabeledImage fitting = LabeledImage.of("fitting", 0, () -> stream(PNG));
    assertThat(fitting.withLimits(exact).open().readAllBytes()).isEqualTo(PNG);
    assertThatThrownBy(() -> fitting.withLimits(exact.withFileBytes(PNG.length - 1)).open())
        .isInstanceOf(IOException.class);
    assertThat(fitting.withLimits(exact.withFileBytes(Integer.MAX_VALUE)).open()).isNotEmpty();
    assertThatThrownBy(() -> pixels(fitting.withLimits(exact.withPixels(48 * 32 - 1))))
        .hasMessage("fitting: expected an image of at most 1535 pixels, found 48 x 32");
    assertThat(open).hasValue(0);
  }

  @Test
  void whateverGoesWrongIsAnErrorOfThatImageAlone() {
    LoaderOptions skip = LoaderOptions.defaults().withUnreadable(UnreadableImages.SKIP);
    LabeledImage good = LabeledImage.of("good", 0, PNG);
    assertNames("broken: connection lost", source(new IOException("connection lost")));
    assertNames("broken: no such row", source(new IllegalStateException("no such row")));
    assertNames("broken: java.io.EOFException", source(new EOFException()));
    assertNames(
        "broken: expected an image that an ImageIO plug-in can read, found an empty file",
        LabeledImage.of("broken", 0, () -> stream(new byte[0])));
    LabeledImage broken = source(new IOException("connection lost"));
    try (BatchLoader loader = ImageDataset.of(List.of(broken, good)).batches(2, SMALL).load(skip);
        ImageBatch batch = loader.next()) {
      assertThat(batch.names()).containsExactly("good");
      assertThat(loader.skipped()).containsExactly("broken");
    }
    assertThat(open).hasValue(0);
  }

  private static LabeledImage source(Exception failure) {
    return LabeledImage.of(
        "broken",
        0,
        () -> {
          if (failure instanceof IOException io) {
            throw io;
          }
          throw (RuntimeException) failure;
        });
  }

  private static void assertNames(String message, LabeledImage image) {
    assertThatThrownBy(() -> pixels(image))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(message);
  }

  private record Row(int id) implements ImageSource {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(PNG);
    }
  }

  @Test
  void imagesOfEqualSourcesAreEqual() {
    assertThat(LabeledImage.of("a", 1, new Row(7)))
        .isEqualTo(LabeledImage.of("a", 1, new Row(7)))
        .hasSameHashCodeAs(LabeledImage.of("a", 1, new Row(7)))
        .isNotEqualTo(LabeledImage.of("a", 1, new Row(8)));
  }
}
