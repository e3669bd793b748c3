package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are known by their bytes as well as by their names. */
class ImageContentsTest {
  @TempDir private Path folder;
  private TinySetup tiny;
  private Path state;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
    state = folder.resolve("state");
  }

  private void replace(int image, int by) throws IOException {
    Files.copy(tiny.image(by), tiny.image(image), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void otherBytesUnderAnOldNameAreNotResumedOver() throws IOException {
    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
    replace(13, 14);

    CommandLineRun run = tiny.evaluate("--resume", state);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err())
        .contains("found other bytes in '" + tiny.image(13).getFileName() + "'", "model.*");
    Files.delete(state.resolve("model.calibration"));
    Files.delete(state.resolve("model.evaluation"));
    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void aStateOfAnEarlierReleaseHasNoHashesAndGoesOn() throws IOException {
    tiny.evaluate("--resume", state);
    Files.delete(state.resolve("model.images"));
    replace(13, 14);

    assertThat(tiny.evaluate("--resume", state).exitCode()).isEqualTo(ExitCode.FINE);
    assertThat(state.resolve("model.images")).exists();
  }

  @Test
  void aDamagedListIsNamed() throws IOException {
    tiny.evaluate("--resume", state);
    Files.writeString(state.resolve("model.images"), "nonsense\n");

    CommandLineRun run = tiny.evaluate("--resume", state);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).contains("model.images", "nonsense");
  }

  @Test
  void anImageThatMeasuresAndHasCalibratedUnderAnotherNameIsSaid() throws IOException {
    assertThat(tiny.evaluate().err()).doesNotContain("images that calibrate;");
    replace(20, 2);

    assertThat(tiny.evaluate().err())
        .contains(
            "Note: 1 images that measure have the bytes of images that calibrate; the first is "
                + tiny.image(20).getFileName()
                + ", the same as "
                + tiny.image(2).getFileName());
  }
}
