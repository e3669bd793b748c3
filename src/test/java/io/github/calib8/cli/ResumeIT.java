package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.evaluation.EvaluationStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ends processes in the middle of their work and goes on: the results are those of one that was
 * left alone. The saved state tells how far a process has come, so that nothing depends on its
 * speed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumeIT {

  private static final Path DATA = Path.of("calibration-data");
  private static final int CALIBRATION_IMAGES = 600;
  private static final int MEASURED_IMAGES = 1200;
  private static final int SIGTERM = 128 + 15;

  private Outputs unbroken;

  /** What a run writes. */
  private record Outputs(Path folder) {

    static Outputs in(Path folder) throws IOException {
      return new Outputs(Files.createDirectories(folder));
    }

    Path table() {
      return folder.resolve("table.json");
    }

    Path int8() {
      return folder.resolve("int8.onnx");
    }

    Path figures() {
      return folder.resolve("figures.json");
    }

    /** The figures but for the throughput. */
    JsonNode timeless() throws IOException {
      JsonNode json = new ObjectMapper().readTree(figures().toFile());
      for (JsonNode network : json.get("networks")) {
        ((ObjectNode) network).remove(List.of("speedup", "speedupConfidenceInterval"));
        for (String precision : List.of("fp32", "int8")) {
          assertThat(((ObjectNode) network.get(precision)).remove("imagesPerSecond")).isNotNull();
        }
      }
      return json;
    }

    Stream<String> names() {
      return Stream.of(folder.toFile().list());
    }
  }

  private static Calib8Process start(Path folder, Outputs outputs, Object... more)
      throws IOException {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of("evaluate", "--model", DATA.resolve("networks/googlenet.onnx")));
    arguments.addAll(List.of("--preprocess", "torchvision", "--resize", "short:72", "--crop", 64));
    arguments.addAll(List.of("--images", DATA.resolve("ILSVRC2012_img_val.tar")));
    arguments.addAll(List.of("--labels", DATA.resolve("val.txt"), "--batch-size", 10));
    arguments.addAll(List.of("--calibration-batches", CALIBRATION_IMAGES / 10));
    arguments.addAll(List.of("--limit", CALIBRATION_IMAGES + MEASURED_IMAGES));
    arguments.addAll(List.of("--table", outputs.table(), "--int8", outputs.int8()));
    arguments.addAll(List.of("--json", outputs.figures()));
    arguments.addAll(List.of(more));
    return Calib8Process.start(folder, arguments.toArray());
  }

  @BeforeAll
  void runOnceWithoutABreak(@TempDir Path folder) throws Exception {
    unbroken = Outputs.in(folder.resolve("outputs"));
    Calib8Process process = start(folder, unbroken);
    assertThat(process.exitCode()).as(process.errors()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void aRunThatIsKilledFourTimesFindsTheSame(@TempDir Path folder) throws Exception {
    Outputs outputs = Outputs.in(folder.resolve("outputs"));
    Path state = folder.resolve("state");
    Progress calibration =
        new Progress(
            state.resolve("googlenet.calibration"),
            file -> CalibrationStatistics.read(file).images().size());
    Progress evaluation =
        new Progress(
            state.resolve("googlenet.evaluation"),
            file -> EvaluationStatistics.read(file).images().size());

    for (double share : new double[] {0.3, 0.7}) {
      kill(resuming(folder, outputs, state), calibration, share, CALIBRATION_IMAGES);
    }
    assertThat(outputs.names()).isEmpty();
    for (double share : new double[] {0.3, 0.7}) {
      kill(resuming(folder, outputs, state), evaluation, share, MEASURED_IMAGES);
    }
    assertThat(outputs.names()).containsExactlyInAnyOrder("table.json", "int8.onnx");
    Calib8Process last = resuming(folder, outputs, state);

    assertThat(last.exitCode()).as(last.errors()).isEqualTo(ExitCode.FINE);
    assertThat(last.errors()).contains("600 of 600 images, all from an earlier run");
    assertSame(outputs);
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "it has no SIGTERM")
  void aRunThatIsTerminatedLeavesWholeFilesAndFindsTheSame(@TempDir Path folder) throws Exception {
    Outputs outputs = Outputs.in(folder.resolve("outputs"));
    Path state = folder.resolve("state");
    Progress evaluation =
        new Progress(
            state.resolve("googlenet.evaluation"),
            file -> EvaluationStatistics.read(file).images().size());
    Calib8Process process = resuming(folder, outputs, state);
    evaluation.await(process, MEASURED_IMAGES / 5);

    process.process().destroy();

    assertThat(process.exitCode()).as(process.errors()).isEqualTo(SIGTERM);
    assertThat(process.errors())
        .endsWith(
            "calib8: Interrupted; the same command goes on from what is saved in "
                + state
                + System.lineSeparator());
    assertThat(outputs.names()).containsExactlyInAnyOrder("table.json", "int8.onnx");
    assertThat(state.toFile().list())
        .containsExactlyInAnyOrder(
            ".lock",
            "googlenet.calibration",
            "googlenet.calibration.images",
            "googlenet.evaluation",
            "googlenet.evaluation.images");
    Calib8Process last = resuming(folder, outputs, state);
    assertThat(last.exitCode()).as(last.errors()).isEqualTo(ExitCode.FINE);
    assertSame(outputs);
  }

  private static Calib8Process resuming(Path folder, Outputs outputs, Path state)
      throws IOException {
    return start(folder, outputs, "--resume", state, "--save-every", 0);
  }

  /** Ends the process, by SIGKILL where there are signals, once its state holds a share. */
  private static void kill(Calib8Process process, Progress progress, double share, int images)
      throws Exception {
    progress.await(process, (int) (share * images));
    process.process().destroyForcibly();
    process.exitCode();
    assertThat(progress.images()).isBetween((int) (share * images), images - 1);
  }

  private void assertSame(Outputs outputs) throws IOException {
    assertThat(outputs.table()).hasSameBinaryContentAs(unbroken.table());
    assertThat(outputs.int8()).hasSameBinaryContentAs(unbroken.int8());
    assertThat(outputs.timeless()).isEqualTo(unbroken.timeless());
  }

  /** How far the work has come that is saved in a file; never back. */
  private static final class Progress {
    private final Path file;
    private final Count count;
    private int seen;

    Progress(Path file, Count count) {
      this.file = file;
      this.count = count;
    }

    interface Count {
      int in(Path file) throws IOException;
    }

    int images() throws IOException {
      int images = Files.exists(file) ? count.in(file) : 0;
      assertThat(images).as("saved images").isGreaterThanOrEqualTo(seen);
      seen = images;
      return images;
    }

    void await(Calib8Process process, int images) throws Exception {
      while (images() < images) {
        assertThat(process.process().isAlive()).as(process.errors()).isTrue();
        Thread.sleep(1);
      }
    }
  }
}
