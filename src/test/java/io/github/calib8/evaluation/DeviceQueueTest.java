package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeviceQueueTest {

  @Test
  void resultsComeInOrderThoughTheFirstDeviceIsSlow() throws InterruptedException {
    CountDownLatch last = new CountDownLatch(1);
    List<Integer> results = new ArrayList<>();
    try (DeviceQueue<Integer> queue = new DeviceQueue<>(2)) {
      // The first piece ends last: the other device does all the rest meanwhile.
      queue.submit(
          device -> {
            await(last);
            return 0;
          });
      queue.submit(device -> 1);
      queue.submit(
          device -> {
            last.countDown();
            return 2;
          });
      assertThat(queue.isFull()).isTrue();
      while (!queue.isEmpty()) {
        results.add(queue.take());
      }
    }
    assertThat(results).containsExactly(0, 1, 2);
  }

  @Test
  void devicesWorkAtTheSameTimeAndNoneTwice() {
    CountDownLatch both = new CountDownLatch(2);
    try (DeviceQueue<Integer> queue = new DeviceQueue<>(2)) {
      for (int i = 0; i < 2; i++) {
        queue.submit(
            device -> {
              both.countDown();
              await(both);
              return device;
            });
      }
      assertThat(List.of(queue.take(), queue.take())).containsExactlyInAnyOrder(0, 1);
    }
  }

  @Test
  void aFailureComesOutInItsTurn() {
    try (DeviceQueue<Integer> queue = new DeviceQueue<>(1)) {
      queue.submit(device -> 1);
      queue.submit(
          device -> {
            throw new IllegalStateException("out of order");
          });
      assertThat(queue.take()).isEqualTo(1);
      assertThatThrownBy(queue::take).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void closingWaitsForWhatIsUnderWay() {
    AtomicInteger ended = new AtomicInteger();
    try (DeviceQueue<Integer> queue = new DeviceQueue<>(1)) {
      queue.submit(device -> ended.incrementAndGet());
      queue.submit(device -> ended.incrementAndGet());
    }
    assertThat(ended).hasValue(2);
  }

  @Test
  void anInterruptionLeavesNothingRunning() {
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    try (DeviceQueue<Integer> queue = new DeviceQueue<>(1)) {
      queue.submit(
          device -> {
            await(interrupted);
            return ended.incrementAndGet();
          });
      Thread.currentThread().interrupt();
      assertThatThrownBy(queue::take).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      interrupted.countDown();
    }
    assertThat(ended).hasValue(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
