package io.github.calib8.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.dataset.DatasetException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartResultTest {
  private static final PartResult.Merge JOIN = (a, b) -> bytes(text(a) + text(b));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static PartResult part(int first, String text) {
    return PartResult.of(first, "executor " + first, bytes(text));
  }

  private static PartResult failed(int first) {
    return PartResult.failed(first, "executor " + first, new DatasetException("part " + first));
  }

  @Test
  void partsAreMergedInTheOrderOfTheirImages() {
    PartResult merged = part(50, "c").merge(part(0, "a").merge(part(25, "b"), JOIN), JOIN);
    assertThat(text(merged.orThrow())).isEqualTo("abc");
    assertThat(merged.first()).isZero();
  }

  @Test
  void theFailureOfTheFirstImagesIsKept() {
    for (PartResult merged :
        List.of(
            failed(50).merge(failed(25), JOIN).merge(part(0, "a"), JOIN),
            part(0, "a").merge(failed(25), JOIN).merge(failed(50), JOIN))) {
      assertThatThrownBy(merged::orThrow)
          .isInstanceOf(DatasetException.class)
          .hasMessage("part 25");
    }
  }

  @Test
  void bothExecutorsAreNamedWhereStatisticsDoNotMix() {
    PartResult merged =
        part(0, "a")
            .merge(
                part(25, "b"),
                (a, b) -> {
                  throw new IllegalArgumentException("Expected the same processor, A, found B");
                });
    assertThatThrownBy(merged::orThrow)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected the same processor, A, found B (the first is of executor 0, the second of executor 25)");
  }

  @Test
  void resultsArriveAsTheyWereSent() {
    assertThat(text(PartResult.fromBytes(part(3, "a").toBytes()).orThrow())).isEqualTo("a");
    assertThatThrownBy(() -> PartResult.fromBytes(failed(7).toBytes()).orThrow())
        .isInstanceOf(DatasetException.class)
        .hasMessage("part 7");
  }

  @Test
  void aFailureThatCannotBeSentArrivesAsText() {
    class Unsendable extends RuntimeException {
      private static final long serialVersionUID = 1;

      @SuppressWarnings("serial")
      final Object part = new Object();

      Unsendable() {
        super("why");
      }
    }
    PartResult sent = PartResult.failed(0, "executor", new Unsendable());
    assertThatThrownBy(() -> PartResult.fromBytes(sent.toBytes()).orThrow())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("why");
  }
}
