package io.github.calib8.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void progressStaysWithinItsTotal() {
    assertThat(new Progress("calibrating", 5, 5).phase()).isEqualTo("calibrating");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Progress("calibrating", 6, 5))
        .withMessage("Expected 0 <= done <= total, found done 6, total 5");
    assertThatIllegalArgumentException().isThrownBy(() -> new Progress("calibrating", -1, 5));
  }
}
