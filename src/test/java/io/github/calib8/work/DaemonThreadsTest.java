package io.github.calib8.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DaemonThreadsTest {

  @Test
  void threadsAreNumberedAndLetTheProcessEnd() throws Exception {
    ExecutorService threads = DaemonThreads.fixed(1, "calib8-test");

    assertThat(threads.submit(() -> Thread.currentThread().getName()).get())
        .isEqualTo("calib8-test-0");
    assertThat(threads.submit(() -> Thread.currentThread().isDaemon()).get()).isTrue();

    DaemonThreads.end(threads);
    assertThat(threads.isTerminated()).isTrue();
  }

  @Test
  void theEndIsWaitedForByAnInterruptedThreadToo() throws Exception {
    ExecutorService threads = DaemonThreads.fixed(1, "calib8-test");
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicBoolean queued = new AtomicBoolean();
    threads.execute(
        () -> {
          begun.countDown();
          while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
          }
          stopped.set(true);
        });
    threads.execute(() -> queued.set(true));
    begun.await();

    Thread.currentThread().interrupt();
    DaemonThreads.end(threads);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(stopped).isTrue();
    assertThat(queued).isFalse();
  }
}
