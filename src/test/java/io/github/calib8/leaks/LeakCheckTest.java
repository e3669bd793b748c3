package io.github.calib8.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.calib8.leaks.LeakCheck.Traces;
import io.github.calib8.work.TemporaryFiles;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check finds what it looks for. */
class LeakCheckTest {
  @TempDir private Path folder;

  @Test
  void nothingIsLeftByNothing() {
    assertThat(Traces.now().since(Traces.now()).isEmpty()).isTrue();
  }

  @Test
  void aThread() throws InterruptedException {
    Traces before = Traces.now();
    CountDownLatch end = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "calib8-left-behind");
    thread.start();

    assertThat(Traces.now().since(before).threads()).containsExactly("calib8-left-behind");
    end.countDown();
    assertThat(LeakCheck.left(before, Traces::now).isEmpty()).isTrue();
  }

  @Test
  void aTemporaryFile() throws Exception {
    Traces before = Traces.now();
    Path file = TemporaryFiles.file(".onnx");
    try {
      assertThat(Traces.now().since(before).files()).containsExactly(file.getFileName().toString());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void anOpenFile() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "the system lists open files");
    Path file = Files.writeString(folder.resolve("open"), "x");
    Traces before = Traces.now();

    try (InputStream open = Files.newInputStream(file)) {
      assertThat(open.read()).isEqualTo('x');
      assertThat(Traces.now().since(before).handles()).containsExactly(file.toString());
    }
    assertThat(Traces.now().since(before).isEmpty()).isTrue();
  }
}
