package io.github.calib8.rounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.calibration.SmallNetwork;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.tensor.FloatTensor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FirstImagesTest {
  private final FirstImages images =
      new FirstImages(
          SmallNetwork.images(4).batches(2, SmallNetwork.preprocessing()),
          LoaderOptions.defaults().withThreads(1),
          2);

  /** An engine that still reads them would find anything there, or nothing. */
  @Test
  @Timeout(60)
  void imagesStayWhileSomebodyReadsThemThoughAnotherHasFailed() {
    AtomicReference<Object> read = new AtomicReference<>("nothing");
    CountDownLatch reading = new CountDownLatch(1);

    assertThatThrownBy(() -> images.map(0, 4, () -> new OneFails(reading, read), done -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the first image");
    assertThat(read.get()).isEqualTo(3 * SmallNetwork.SIZE * SmallNetwork.SIZE);
  }

  /**
   * Fails on the first image once the second one is being read, which goes on until it must not.
   */
  private record OneFails(CountDownLatch reading, AtomicReference<Object> read)
      implements FirstImages.Worker<Integer> {
    @Override
    public Integer work(int index, String name, FloatTensor image) {
      try {
        if (index == 0) {
          reading.await();
          throw new IllegalStateException("the first image");
        }
        reading.countDown();
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        readAnyway(image);
      }
      return index;
    }

    private void readAnyway(FloatTensor image) {
      try {
        read.set(image.values().remaining());
      } catch (IllegalStateException e) {
        read.set(e);
      }
    }

    @Override
    public void close() {}
  }
}
