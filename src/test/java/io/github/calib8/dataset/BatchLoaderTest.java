package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.image.TestImages;
import io.github.calib8.tensor.DirectMemory;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class BatchLoaderTest {
  private static final Preprocessing SMALL = Preprocessing.builder().withCrop(4).build();
  private static final LoaderOptions SKIP =
      LoaderOptions.defaults().withUnreadable(UnreadableImages.SKIP);

  /** Image i is plain with red i; its class is i. */
  private static LabeledImage image(int i) {
    return LabeledImage.of(
        "image" + i, i, TestImages.png(TestImages.plain(6, 6, i << 16 | 0x0203)));
  }

  private static LabeledImage text(int i) {
    return LabeledImage.of(
        "text" + i + ".JPEG", i, "Just text.".getBytes(StandardCharsets.US_ASCII));
  }

  private static ImageDataset images(int count) {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(image(i));
    }
    return ImageDataset.of(images);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("calib8-loader"))
        .toList();
  }

  /** A thread that has done its work takes a moment to end. */
  private static void assertNoThreads() {
    for (int i = 0; i < 500 && !threads().isEmpty(); i++) {
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(threads()).isEmpty();
  }

  /** What other tests left to the garbage collector may go at any time: compare with at most. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 1", "4, 2", "7, 50"})
  void batchesComeInOrderWhateverTheThreads(int threads, int prefetch) {
    LoaderOptions options = LoaderOptions.defaults().withThreads(threads).withPrefetch(prefetch);
    List<Integer> sizes = new ArrayList<>();
    int next = 0;
    try (BatchLoader loader = images(23).batches(5, SMALL).load(options)) {
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next()) {
          sizes.add(batch.size());
          assertThat(batch.images().shape()).containsExactly(batch.size(), 3, 4, 4);
          float[] values = batch.images().data().asFloat();
          for (int i = 0; i < batch.size(); i++, next++) {
            assertThat(batch.names().get(i)).isEqualTo("image" + next);
            assertThat(batch.labels()[i]).isEqualTo(next);
            assertThat(values[48 * i]).isEqualTo(next);
            assertThat(values[48 * i + 15]).isEqualTo(next);
            assertThat(values[48 * i + 16]).isEqualTo(2);
            assertThat(values[48 * i + 47]).isEqualTo(3);
          }
        }
      }
      assertThat(loader.skipped()).isEmpty();
      assertThatThrownBy(loader::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(sizes).containsExactly(5, 5, 5, 5, 3);
  }

  @Test
  void theTensorIsADirectBufferInCOrder() {
    try (BatchLoader loader = images(3).batches(3, SMALL).load();
        ImageBatch batch = loader.next()) {
      INDArray array = batch.images();
      assertThat(array.ordering()).isEqualTo('c');
      assertThat(array.offset()).isZero();
      FloatBuffer buffer = array.data().asNioFloat();
      assertThat(buffer.isDirect()).isTrue();
      assertThat(buffer.remaining()).isEqualTo(3 * 48);
      assertThat(buffer.get(96)).isEqualTo(2);
      assertThat(array.getFloat(2, 1, 3, 3)).isEqualTo(2);
      assertThat(array.isAttached()).isFalse();
    }
  }

  @Test
  void noImagesAreNoBatches() {
    try (BatchLoader loader = images(0).batches(5, SMALL).load()) {
      assertThat(loader.hasNext()).isFalse();
    }
  }

  @Test
  void anUnreadableImageIsAnErrorThatNamesIt() {
    ImageDataset dataset = ImageDataset.of(List.of(image(0), image(1), text(2), text(3)));
    try (BatchLoader loader = dataset.batches(2, SMALL).load()) {
      loader.next().close();
      assertThatThrownBy(loader::next)
          .isInstanceOf(DatasetException.class)
          .hasMessage(
              "text2.JPEG: expected an image that an ImageIO plug-in can read, found text 'Just text....'")
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(loader::hasNext).isInstanceOf(IllegalStateException.class);
    }
    assertNoThreads();
  }

  @Test
  void anImageSmallerThanTheCropIsAnErrorThatNamesIt() {
    LabeledImage pixel = LabeledImage.of("1x1.png", 0, TestImages.png(TestImages.plain(1, 1, 0)));
    try (BatchLoader loader = ImageDataset.of(List.of(pixel)).batches(1, SMALL).load()) {
      assertThatThrownBy(loader::next)
          .isInstanceOf(DatasetException.class)
          .hasMessage(
              "1x1.png: expected an image of at least 4 x 4 pixels for the crop (width x height, resize none), found 1 x 1");
    }
    Preprocessing resized = SMALL.withResize(Resize.square(8));
    try (BatchLoader loader = ImageDataset.of(List.of(pixel)).batches(1, resized).load();
        ImageBatch batch = loader.next()) {
      assertThat(batch.size()).isEqualTo(1);
    }
  }

  @Test
  void aMissingFileIsAnErrorThatNamesIt() {
    LabeledImage missing = LabeledImage.of(Path.of("no", "such", "cat.png"), 0);
    try (BatchLoader loader = ImageDataset.of(List.of(missing)).batches(1, SMALL).load()) {
      assertThatThrownBy(loader::next)
          .isInstanceOf(DatasetException.class)
          .hasMessageStartingWith("cat.png: expected an image file, found nothing at ");
    }
  }

  @Test
  void unreadableImagesAreSkippedAndCountedWhereAsked() {
    ImageDataset dataset =
        ImageDataset.of(
            List.of(
                text(0), image(1), image(2), text(3), text(4), text(5), image(6), image(7),
                text(8)));
    List<List<String>> names = new ArrayList<>();
    List<Float> reds = new ArrayList<>();
    try (BatchLoader loader = dataset.batches(3, SMALL).load(SKIP)) {
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next()) {
          names.add(batch.names());
          for (int i = 0; i < batch.size(); i++) {
            assertThat(batch.labels()[i]).isEqualTo((int) batch.images().getFloat(i, 0, 0, 0));
            reds.add(batch.images().getFloat(i, 0, 3, 3));
          }
        }
      }
      assertThat(loader.skipped())
          .containsExactly("text0.JPEG", "text3.JPEG", "text4.JPEG", "text5.JPEG", "text8.JPEG");
    }
    assertThat(names).containsExactly(List.of("image1", "image2"), List.of("image6", "image7"));
    assertThat(reds).containsExactly(1f, 2f, 6f, 7f);
  }

  @Test
  void closingEarlyStopsTheThreadsAndFreesTheMemory() {
    images(1).batches(1, SMALL).load().close();
    long before = DirectMemory.used();
    BatchLoader loader = images(60).batches(5, SMALL).load(LoaderOptions.defaults().withThreads(3));
    loader.next().close();
    assertThat(threads()).isNotEmpty();
    loader.close();
    loader.close();
    assertNoThreads();
    assertThat(DirectMemory.used()).isLessThanOrEqualTo(before);
    assertThatThrownBy(loader::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theThreadsEndWithTheLastBatch() {
    BatchLoader loader = images(6).batches(5, SMALL).load();
    loader.next().close();
    loader.next().close();
    assertNoThreads();
    loader.close();
  }

  @Test
  void memoryIsBoundedAndFreed() {
    images(1).batches(1, SMALL).load().close();
    long before = DirectMemory.used();
    Preprocessing large = SMALL.withResize(Resize.square(64)).withCrop(64);
    long batchBytes = 4L * 10 * 3 * 64 * 64;
    LoaderOptions options = SKIP.withThreads(2).withPrefetch(2);
    ImageDataset dataset = images(200);
    try (BatchLoader loader = dataset.batches(10, large).load(options)) {
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next()) {
          assertThat(batch.size()).isEqualTo(10);
          // The batch, and two ahead.
          assertThat(DirectMemory.used() - before).isLessThanOrEqualTo(3 * batchBytes + 3 * 4096);
        }
      }
    }
    assertThat(DirectMemory.used()).isLessThanOrEqualTo(before);
  }

  @Test
  void interruptingTheWaitingThreadClosesTheLoader() {
    BatchLoader loader =
        images(30).batches(30, SMALL).load(LoaderOptions.defaults().withThreads(1));
    Thread.currentThread().interrupt();
    assertThatThrownBy(loader::next).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertNoThreads();
    assertThatThrownBy(loader::hasNext).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCropThatCannotFitIsRefusedAtOnce() {
    Preprocessing impossible = SMALL.withResize(Resize.shorterSide(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> images(1).batches(1, impossible).load(SKIP))
        .withMessage("Expected a crop that fits short:3, found 4 x 4 (width x height)");
  }

  @Test
  void batchesOfTwoGibibytesAreRefused() {
    Preprocessing huge = SMALL.withCrop(10_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> images(1).batches(2, huge).load())
        .withMessageContaining("found 2400000000 bytes (2 images of 3 x 10000 x 10000)");
    Preprocessing larger = SMALL.withCrop(20_000);
    assertThatIllegalArgumentException()
        .as("a product beyond a long")
        .isThrownBy(() -> images(1).batches(Integer.MAX_VALUE, larger).load())
        .withMessageContaining("found 9223372036854775807 bytes");
  }

  @Test
  void optionsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoaderOptions.defaults().withThreads(0))
        .withMessage("Expected threads of at least 1, found 0");
    assertThatIllegalArgumentException().isThrownBy(() -> LoaderOptions.defaults().withPrefetch(0));
    assertThat(LoaderOptions.defaults().unreadable()).isEqualTo(UnreadableImages.FAIL);
  }
}
