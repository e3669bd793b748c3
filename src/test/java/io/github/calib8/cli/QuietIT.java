package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever uses the library notices no more of it than its results. */
class QuietIT {
  @TempDir private Path folder;

  @Test
  void nothingConnectsNothingWarnsAndNothingIsLeftBehind() throws Exception {
    assumeTrue(Runtime.version().feature() < 24, "the machine has security managers");
    assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "processes tell what they map");
    assumeTrue(
        TemporaryFiles.prefix().matches("calib8-[0-9]+-[0-9a-f]{8}-"),
        "the system tells its place");
    TinySetup tiny = new TinySetup(folder);
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    killedWhileItHoldsAFile(temporary);
    assertThat(temporary).isNotEmptyDirectory();

    Calib8Process process =
        Calib8Process.start(
            folder,
            List.of(
                "-Djava.io.tmpdir=" + temporary,
                "-Djava.security.manager=" + RecordedConnections.class.getName(),
                "-Dslf4j.provider=" + RecordedLog.class.getName()),
            QuietProgram.class,
            tiny.model,
            tiny.classFolders(),
            folder);

    assertThat(process.exitCode()).as(process.errors()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(process.output())
        .contains("AccuracyReport", "while it runs: [", "INT8 for cpu", "after all: []");
    assertThat(process.errors())
        .contains("none.onnx")
        .doesNotContain(RecordedConnections.MARK, RecordedLog.MARK);
    assertThat(temporary).isEmptyDirectory();
  }

  private void killedWhileItHoldsAFile(Path temporary) throws IOException, InterruptedException {
    Calib8Process process =
        Calib8Process.start(folder, List.of("-Djava.io.tmpdir=" + temporary), QuietProgram.class);
    while (process.process().isAlive() && !process.output().contains(QuietProgram.READY)) {
      Thread.sleep(10);
    }
    process.process().destroyForcibly().waitFor();
  }
}
