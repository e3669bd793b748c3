package io.github.calib8.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavingsTest {
  @TempDir Path folder;

  @Test
  void withoutACheckpointNothingIsSaved() {
    Savings none = new Savings(null);
    assertThat(none.isDue()).isFalse();
    none.save(file -> Files.writeString(file, "state"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aStateGoesToTheCheckpointsFile() {
    Path file = folder.resolve("state");
    new Savings(Checkpoint.in(file)).save(target -> Files.writeString(target, "state"));
    assertThat(file).hasContent("state");
  }

  @Test
  void anIntervalOfZeroIsDueAtOnceAndALongOneIsNot() {
    Checkpoint checkpoint = Checkpoint.in(folder.resolve("state"));
    assertThat(new Savings(checkpoint.withInterval(Duration.ZERO)).isDue()).isTrue();
    assertThat(new Savings(checkpoint.withInterval(Duration.ofDays(1))).isDue()).isFalse();
  }

  @Test
  void aFileThatCannotBeWrittenIsAnError() {
    Savings savings = new Savings(Checkpoint.in(folder.resolve("state")));
    assertThatThrownBy(
            () ->
                savings.save(
                    file -> {
                      throw new IOException(file + " is full");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("state is full");
  }
}
