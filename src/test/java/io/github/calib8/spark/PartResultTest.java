package io.github.calib8.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.StatisticsOfProcessor;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.scale.InstructionSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PartResultTest {
  private static final PartResult.Merge JOIN = (a, b) -> bytes(text(a) + text(b));

  private static final PartResult.Merge STATISTICS =
      (a, b) ->
          CalibrationStatistics.fromBytes(a).merge(CalibrationStatistics.fromBytes(b)).toBytes();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static PartResult part(int first, String text) {
    return part(first, "", text);
  }

  private static PartResult part(int first, String group, String text) {
    return PartResult.of(first, "executor " + first, group, List.of(bytes(text)));
  }

  /** That of the only model and group. */
  private static String text(PartResult result) {
    return texts(result).get("").get(0);
  }

  private static Map<String, List<String>> texts(PartResult result) {
    Map<String, List<String>> texts = new TreeMap<>();
    result
        .orThrow()
        .forEach(
            (group, models) ->
                texts.put(group, models.stream().map(PartResultTest::text).toList()));
    return texts;
  }

  private static PartResult failed(int first) {
    return PartResult.failed(first, new DatasetException("part " + first));
  }

  @Test
  void partsAreMergedInTheOrderOfTheirImages() {
    PartResult merged = part(50, "c").merge(part(0, "a").merge(part(25, "b"), JOIN), JOIN);
    assertThat(text(merged)).isEqualTo("abc");
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
  void executorsOfAnotherInstructionSetAreRefusedByNameOrKeptApart() {
    byte[] one = StatisticsOfProcessor.of("Intel", InstructionSet.AVX2, "a.jpg").toBytes();
    byte[] other = StatisticsOfProcessor.of("Intel", InstructionSet.AVX512_VNNI, "b.jpg").toBytes();
    PartResult refused =
        PartResult.of(25, "executor 2 on b", "", List.of(other))
            .merge(PartResult.of(0, "executor 1 on a", "", List.of(one)), STATISTICS);
    assertThatThrownBy(refused::orThrow)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected statistics of the same instruction set, AVX2, found AVX512_VNNI (the first is of executor 1 on a, the second of executor 2 on b)");

    Map<String, List<byte[]>> groups =
        PartResult.of(25, "executor 2 on b", "Intel (AVX-512 VNNI)", List.of(other))
            .merge(PartResult.of(0, "executor 1 on a", "Intel (AVX2)", List.of(one)), STATISTICS)
            .orThrow();
    assertThat(groups.keySet()).containsExactly("Intel (AVX-512 VNNI)", "Intel (AVX2)");
    assertThat(
            groups.values().stream()
                .map(group -> CalibrationStatistics.fromBytes(group.get(0)).images()))
        .containsExactly(List.of("b.jpg"), List.of("a.jpg"));
  }

  /** Two processors, four parts that come in any order. */
  @Test
  void statisticsOfSeveralProcessorsAreKeptApart() {
    PartResult merged =
        part(75, "AMD (AVX2)", "d")
            .merge(part(25, "Intel (AVX-512 VNNI)", "b"), JOIN)
            .merge(
                part(50, "Intel (AVX-512 VNNI)", "c").merge(part(0, "AMD (AVX2)", "a"), JOIN),
                JOIN);
    assertThat(texts(merged))
        .isEqualTo(Map.of("AMD (AVX2)", List.of("ad"), "Intel (AVX-512 VNNI)", List.of("bc")));
  }

  @Test
  void theStatisticsOfEachModelAreMerged() {
    PartResult first = PartResult.of(0, "one", "", List.of(bytes("a"), bytes("A")));
    PartResult second = PartResult.of(25, "other", "", List.of(bytes("b"), bytes("B")));
    assertThat(texts(second.merge(first, JOIN))).isEqualTo(Map.of("", List.of("ab", "AB")));
  }

  /** Spark accepts one result of a task; if it did not, no figure would come of it. */
  @Test
  void theResultOfATaskThatArrivesTwiceIsRefused() {
    CalibrationStatistics of =
        StatisticsOfProcessor.of("Intel", InstructionSet.AVX2, "a.jpg", "b.jpg");
    PartResult once = PartResult.of(0, "executor 1", "", List.of(of.toBytes()));
    PartResult again = PartResult.of(0, "executor 2", "", List.of(of.toBytes()));
    assertThatThrownBy(() -> once.merge(again, STATISTICS).orThrow())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected statistics of other images, found 'a.jpg' in both (the first is of executor 1, the second of executor 2)");
  }

  @Test
  void resultsArriveAsTheyWereSent() {
    assertThat(text(PartResult.fromBytes(part(3, "a").toBytes()))).isEqualTo("a");
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
    PartResult sent = PartResult.failed(0, new Unsendable());
    assertThatThrownBy(() -> PartResult.fromBytes(sent.toBytes()).orThrow())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("why");
  }
}
