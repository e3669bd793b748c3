package io.github.calib8.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavingsTest {
  private static final Consumer<String> NONE =
      warning -> {
        throw new AssertionError(warning);
      };

  @TempDir Path folder;

  @Test
  void withoutACheckpointNothingIsSaved() {
    Savings none = new Savings(null, NONE);
    assertThat(none.isDue()).isFalse();
    none.save(file -> Files.writeString(file, "state"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aStateGoesToTheCheckpointsFile() {
    Path file = folder.resolve("state");
    new Savings(Checkpoint.in(file), NONE).save(target -> Files.writeString(target, "state"));
    assertThat(file).hasContent("state");
  }

  @Test
  void anIntervalOfZeroIsDueAtOnceAndALongOneIsNot() {
    Checkpoint checkpoint = Checkpoint.in(folder.resolve("state"));
    assertThat(new Savings(checkpoint.withInterval(Duration.ZERO), NONE).isDue()).isTrue();
    assertThat(new Savings(checkpoint.withInterval(Duration.ofDays(1)), NONE).isDue()).isFalse();
    Duration never = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(new Savings(checkpoint.withInterval(never), NONE).isDue()).isFalse();
  }

  @Test
  void aFileThatCannotBeWrittenIsAWarningAndIsTriedAgain() {
    Path file = folder.resolve("state");
    List<String> warnings = new ArrayList<>();
    Savings savings = new Savings(Checkpoint.in(file).withInterval(Duration.ZERO), warnings::add);
    Savings.State full =
        target -> {
          throw new IOException(target + " is full");
        };

    savings.save(full);
    savings.save(full);
    assertThat(warnings).singleElement().asString().endsWith(file + " is full");
    assertThat(savings.isDue()).isTrue();

    savings.save(target -> Files.writeString(target, "state"));
    assertThat(file).hasContent("state");
    savings.save(full);
    assertThat(warnings).hasSize(2);
    assertThat(file).hasContent("state");
  }
}
