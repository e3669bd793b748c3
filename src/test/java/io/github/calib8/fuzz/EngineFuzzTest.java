package io.github.calib8.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.leaks.LeakCheck;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class EngineFuzzTest {

  @Test
  void damagedModelsGiveFiguresOrOurOwnErrors() {
    Map<String, Integer> ends = EngineFuzz.ends(400, 2);

    assertThat(ends.keySet()).noneMatch(end -> end.startsWith("FAULT"));
    assertThat(ends).containsKeys("done", "refused at read", "refused at calibrate");
  }
}
