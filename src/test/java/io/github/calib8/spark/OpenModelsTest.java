package io.github.calib8.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OpenModelsTest {
  private final List<String> log = new ArrayList<>();

  private <R> R use(Object key, Function<String, R> work) {
    return OpenModels.use(
        key,
        String.class,
        () -> {
          String opened = "models " + log.size();
          log.add("open " + opened);
          return opened;
        },
        closed -> log.add("close " + closed),
        work);
  }

  @Test
  void theNextTaskOfAJobTakesTheModelsAndAnotherJobClosesThem() {
    UUID job = UUID.randomUUID();
    String first = use(job, models -> models);
    String second = use(job, models -> models);
    assertThat(second).isEqualTo(first);
    assertThat(log).containsExactly("open models 0");
    use(UUID.randomUUID(), models -> models);
    assertThat(log).containsExactly("open models 0", "close models 0", "open models 2");
  }

  @Test
  void twoTasksAtATimeHaveModelsOfTheirOwn() {
    UUID job = UUID.randomUUID();
    List<String> both = use(job, one -> use(job, other -> List.of(one, other)));
    assertThat(both).containsExactly("models 0", "models 1");
  }

  @Test
  void modelsThatFailedAreClosed() {
    UUID job = UUID.randomUUID();
    assertThatThrownBy(
            () ->
                use(
                    job,
                    models -> {
                      throw new IllegalStateException("oops");
                    }))
        .hasMessage("oops");
    use(job, models -> models);
    assertThat(log).containsExactly("open models 0", "close models 0", "open models 2");
  }
}
