package io.github.calib8.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckpointTest {

  @Test
  void savesNowAndThenUnlessToldOtherwise() {
    Checkpoint checkpoint = Checkpoint.in(Path.of("state"));

    assertThat(checkpoint.interval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(checkpoint.withInterval(Duration.ZERO))
        .isEqualTo(new Checkpoint(Path.of("state"), Duration.ZERO));
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Checkpoint.in(Path.of("state")).withInterval(Duration.ofSeconds(-1)))
        .withMessage("Expected an interval of 0 seconds or more, found PT-1S");
  }
}
