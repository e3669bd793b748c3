package io.github.calib8.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path folder;

  @Test
  void aFileIsReplacedAndNothingElseIsLeft() throws IOException {
    Path file = folder.resolve("a.txt");
    WholeFile.write(file, "one");
    WholeFile.write(file, "two");
    assertThat(file).hasContent("two");
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void othersMayReadTheFile() throws IOException {
    Path written = folder.resolve("written");
    Path plain = Files.createFile(folder.resolve("plain"));
    WholeFile.write(written, "x");
    assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix")).isTrue();
    assertThat(Files.getPosixFilePermissions(written))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void aMissingFolderIsNamed() {
    Path file = folder.resolve("none").resolve("a.txt");
    assertThatThrownBy(() -> WholeFile.write(file, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("there is no folder");
  }

  @Test
  void aFolderIsNoFile() {
    assertThatThrownBy(() -> WholeFile.write(folder, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("found a folder");
  }

  @Test
  void aReadOnlyFolderIsNamed() {
    assumeThat(folder.toFile().setWritable(false) && !Files.isWritable(folder))
        .as("not for root")
        .isTrue();
    assertThatThrownBy(() -> WholeFile.write(folder.resolve("a.txt"), "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("folder " + folder + " is read-only");
  }

  @Test
  void aFolderThatTakesNoFilesIsNamed() {
    // Not even root may make files in /proc.
    Path readOnly = Path.of("/proc");
    assumeThat(readOnly).isDirectory();
    assertThatThrownBy(() -> WholeFile.write(readOnly.resolve("calib8"), "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/proc");
  }
}
