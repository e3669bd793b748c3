package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {

  @TempDir private Path folder;

  @Test
  void aMissingFolderIsNamed() {
    Path missing = folder.resolve("none");
    for (Throwable failure :
        new Throwable[] {
          new ExceptionInInitializerError(new IOException("x")),
          new IllegalStateException(new NoClassDefFoundError("Could not initialize class X")),
          new NoSuchFileException(missing.resolve("calib8-1").toString())
        }) {
      assertThat(TemporaryFolder.problem(failure, missing))
          .hasValueSatisfying(
              text -> assertThat(text).contains(missing + ": there is no such folder"));
    }
  }

  @Test
  void aFolderThatTakesNoFileIsNamed() {
    Path processes = Path.of("/proc/self");
    assumeThat(processes).isDirectory();
    assertThat(TemporaryFolder.problem(new UnsatisfiedLinkError("x"), processes))
        .hasValueSatisfying(text -> assertThat(text).contains("/proc/self: it takes no file"));
  }

  @Test
  void aFolderWhoseLibrariesDoNotRunIsNamed() {
    String reason = folder + "/libx.so: failed to map segment from shared object";
    assertThat(TemporaryFolder.problem(new UnsatisfiedLinkError(reason), folder))
        .hasValueSatisfying(text -> assertThat(text).contains(folder + ": " + reason));
  }

  @Test
  void otherFailuresAreNotTheFolders() throws IOException {
    assertThat(TemporaryFolder.problem(new UnsatisfiedLinkError("no x in path"), folder)).isEmpty();
    assertThat(TemporaryFolder.problem(new IOException("x"), folder.resolve("none"))).isEmpty();
    assertThat(
            TemporaryFolder.problem(
                new NoSuchFileException(folder.resolve("model.onnx").toString()), folder))
        .isEmpty();
    assertThat(Files.list(folder)).isEmpty();
  }

  @Test
  void theCommandLineSaysItInOneLine() throws Exception {
    TinySetup tiny = new TinySetup(folder);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + folder.resolve("none"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "evaluate",
                "--model=" + tiny.model,
                "--images=" + tiny.images,
                "--labels=" + tiny.labels,
                "--preprocess=caffe",
                "--resize=none",
                "--crop=6",
                "--calibration-batches=1")
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes());

    assertThat(process.waitFor()).as(printed).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(printed)
        .contains("Expected a folder for temporary files", folder.resolve("none").toString());
  }

  /** Such a system's Java reads all that is not ASCII as the same character. */
  @Test
  void namesBeyondTheEncodingOfTheSystemAreSaidInOneLine() throws Exception {
    assumeThat(System.getProperty("sun.jnu.encoding")).isEqualTo("UTF-8");
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    TinySetup tiny = new TinySetup(folder);
    Path images = Files.createDirectories(folder.resolve("classes/übung"));
    Files.copy(tiny.image(1), images.resolve("1.jpg"));
    Files.createDirectories(folder.resolve("plain/a"));
    Files.copy(tiny.image(1), folder.resolve("plain/a/ä.jpg"));

    for (String each : new String[] {"classes", "plain", "classes/übung"}) {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              Main.class.getName(),
              "evaluate",
              "--model=" + tiny.model,
              "--images=" + folder.resolve(each),
              "--preprocess=caffe");
      builder.environment().put("LC_ALL", "C");
      Process process = builder.redirectErrorStream(true).start();
      String printed = new String(process.getInputStream().readAllBytes());

      assertThat(process.waitFor()).as(printed).isIn(ExitCode.BAD_INPUT, ExitCode.WRONG_USAGE);
      assertThat(printed.lines())
          .singleElement()
          .asString()
          .contains("in the encoding of the system, ANSI_X3.4-1968", "LC_ALL=C.UTF-8");
    }
  }
}
