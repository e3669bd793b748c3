package io.github.calib8.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {
  /** Beyond what systems number processes with. */
  private static final String DEAD = "calib8-999999999999-";

  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "x");
  }

  private void sweepAfter(Duration time) {
    TemporaryFiles.sweep(folder, Instant.now().plus(time));
  }

  @Test
  void whatDeadProcessesLeftIsSweptAfterADay() throws IOException {
    Path left = file(DEAD + "1.onnx");
    Path deep = Files.createDirectories(folder.resolve(DEAD + "2/networks"));
    Files.writeString(deep.resolve("a.onnx"), "x");

    sweepAfter(Duration.ofHours(23));
    assertThat(left).exists();
    assertThat(deep).exists();

    sweepAfter(Duration.ofHours(25));
    assertThat(folder).isEmptyDirectory();
  }

  /** Whose numbers of processes are ours, too: there is no doubt that it is dead. */
  @Test
  void whatDeadProcessesOfThisPlaceLeftIsSweptAtOnce() throws IOException {
    assumeTrue(
        TemporaryFiles.prefix().matches("calib8-[0-9]+-[0-9a-f]{8}-"),
        "the system tells its place");
    Path left = file(TemporaryFiles.prefix().replaceFirst("-[0-9]+", "-999999999999") + "1.onnx");
    Path elsewhere = file("calib8-999999999999-0a1b2c3d-1.onnx");

    sweepAfter(Duration.ZERO);

    assertThat(left).doesNotExist();
    assertThat(elsewhere).exists();
  }

  @Test
  void whatLivingProcessesAndOthersHaveStays() throws IOException {
    Path ours = file(TemporaryFiles.prefix() + "1.onnx");
    Path others = file("calib8-settings");
    Path another = file("other-999999999999-1");

    sweepAfter(Duration.ofDays(9));

    assertThat(ours).exists();
    assertThat(others).exists();
    assertThat(another).exists();
  }

  @Test
  void aLinkIsDeletedNotItsTarget() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Path kept = Files.writeString(target.resolve("kept"), "x");
    Path link = Files.createSymbolicLink(folder.resolve(DEAD + "3"), target);

    sweepAfter(Duration.ofDays(2));

    assertThat(kept).exists();
    assertThat(Files.isSymbolicLink(link)).isFalse();
  }

  /** Hundreds of young ones, each a look at every process, would cost each command seconds. */
  @Test
  void nobodyAsksWhoseAYoungFileIs() throws IOException {
    Path old = file("old");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    file("young");
    List<Path> asked = new ArrayList<>();

    TemporaryFiles.sweep(folder, Instant.now(), path -> asked.add(path));

    assertThat(asked).containsExactly(old);
  }

  @Test
  void aFolderThatIsNotThereIsNoFault() {
    TemporaryFiles.sweep(folder.resolve("none"), Instant.now());
  }

  @Test
  void namesTellTheProcess() throws IOException {
    Path file = TemporaryFiles.file(".onnx");
    Path made = TemporaryFiles.folder();
    try {
      assertThat(file.getFileName().toString())
          .startsWith(TemporaryFiles.prefix())
          .endsWith(".onnx");
      assertThat(made.getFileName().toString()).startsWith(TemporaryFiles.prefix());
    } finally {
      Files.delete(file);
      Files.delete(made);
    }
  }
}
