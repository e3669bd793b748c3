package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cluster itself is tried in src/it/spark: Spark is not on the class path here. */
class ClusterOptionTest {
  @TempDir private Path folder;
  private TinySetup tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
  }

  @Test
  void withoutSparkOneLineSaysSo() {
    CommandLineRun run = tiny.evaluate("--spark", "local[2]");

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .containsExactly(
            "calib8: Expected Spark 4 for Scala 2.13 on the class path with --spark, found none:"
                + " give this file to spark-submit");
  }

  @Test
  void whatAClusterDoesNotDoIsRefused() {
    CommandLineRun run = tiny.evaluate("--spark", "yarn", "--resume", folder.resolve("state"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(run.err()).contains("Expected --spark without --resume, found both");
    assertThat(folder.resolve("state")).doesNotExist();
  }
}
