package io.github.calib8.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.FloatPrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a process that builds, with a shell in its place. */
@EnabledOnOs(OS.LINUX)
class BuildProcessTest {
  @TempDir private Path folder;

  private final AtomicInteger layers = new AtomicInteger();

  private void run(String script) {
    run(new BuildProcess(List.of("sh", "-c", script, "sh")));
  }

  private void run(BuildProcess process) {
    process.run(
        new BuildRequest(
            folder.resolve("model"), folder.resolve("timing"), FloatPrecision.FP32, true, 25, 2),
        0,
        List.of(),
        List.of(),
        folder.resolve("engine"),
        layers::incrementAndGet);
  }

  @Test
  void layersAreCountedAndTheEngineIsThereInTheEnd() {
    run(
        "echo calib8-build layer; echo other; echo calib8-build layer; touch "
            + folder.resolve("engine"));
    assertThat(layers).hasValue(2);
  }

  @Test
  void theRequestReachesTheProcess() {
    run(
        "grep -q '^largestBatch=25$' $1 && grep -q '^isQuantized=true$' $1 && touch "
            + folder.resolve("engine"));
  }

  @Test
  void anAbortIsALineWithWhatWasSaidLast() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () -> run("echo 'CUDA initialization failure with error: 35' >&2; kill -ABRT $$"))
        .withMessage(
            "TensorRT built no engine: it ended its process by abort() after saying: CUDA initialization failure with error: 35");
  }

  @Test
  void anErrorIsTheReason() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> run("echo 'calib8-build error TensorRT refused the model: no'"))
        .withMessage("TensorRT built no engine: TensorRT refused the model: no");
  }

  @Test
  void anEngineThatIsNotThereIsAnError() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> run("exit 0"))
        .withMessage("TensorRT built no engine: exit code 0");
  }

  @Test
  @Timeout(30)
  void anInterruptEndsAProcessThatSaysNothing() {
    Path started = folder.resolve("started");
    Thread interrupted = Thread.currentThread();
    Thread other =
        new Thread(
            () -> {
              while (!Files.exists(started)) {
                Thread.onSpinWait();
              }
              interrupted.interrupt();
            });
    other.start();
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> run("echo $$ > " + started + "; exec sleep 60"));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void thisJavaStartsAndSaysThatThereIsNoDriver() {
    org.junit.jupiter.api.Assumptions.assumeFalse(hasDriver());
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> run(BuildProcess.ofThisJava()))
        .withMessageStartingWith(
            "TensorRT built no engine: Expected NVIDIA's driver (libcuda.so.1) on this machine, found none");
  }

  private static boolean hasDriver() {
    try {
      CudaDriver.open(CudaDriver.LIBRARIES);
      return true;
    } catch (EngineException e) {
      return false;
    }
  }
}
