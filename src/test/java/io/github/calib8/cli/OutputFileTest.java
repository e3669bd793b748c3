package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

  @TempDir private Path folder;

  @Test
  void aFileIsReplacedAndNothingElseIsLeft() throws IOException {
    Path file = folder.resolve("out.json");
    OutputFile.write(file, "first");
    OutputFile.write(file, "second");

    assertThat(file).hasContent("second");
    assertThat(folder).isDirectoryContaining(found -> found.equals(file));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aFailureLeavesNothing() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("out.json"));
    Files.writeString(taken.resolve("content"), "");

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> OutputFile.write(taken, "text"));
    assertThat(folder.toFile().list()).containsExactly("out.json");
  }

  @Test
  void aNameWithoutAFolderIsInTheWorkingFolder() {
    assertThatCode(() -> OutputFile.requireWritable(Path.of("out.json")))
        .doesNotThrowAnyException();
  }

  @Test
  void aFolderIsNoFile() {
    assertThatExceptionOfType(BadInputException.class)
        .isThrownBy(() -> OutputFile.requireWritable(folder))
        .withMessage("Expected the name of a file to write, found a folder: " + folder);
  }
}
