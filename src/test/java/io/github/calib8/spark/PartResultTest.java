package io.github.calib8.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.calibration.CalibrationException;
import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.calibration.StatisticsOfProcessor;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.scale.InstructionSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartResultTest {
  private static final PartResult.Kind<CalibrationStatistics> STATISTICS =
      new SparkCalibrator.Statistics();

  private static final Joined JOIN = new Joined();

  /** Texts that merge in order. */
  private static class Joined implements PartResult.Kind<String> {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] toBytes(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String fromBytes(byte[] bytes) {
      return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Override
    public String merge(String first, String second) {
      return first + second;
    }
  }

  private static PartResult<String> part(int first, String text) {
    return part(first, "", text);
  }

  private static PartResult<String> part(int first, String group, String text) {
    return PartResult.of(first, "executor " + first, group, List.of(text));
  }

  /** That of the only model and group. */
  private static String text(PartResult<String> result) {
    return result.orThrow().get("").get(0);
  }

  private static PartResult<String> failed(int first) {
    return PartResult.failed(first, new DatasetException("part " + first));
  }

  @Test
  void partsAreMergedInTheOrderOfTheirImages() {
    PartResult<String> merged = part(50, "c").merge(part(0, "a").merge(part(25, "b"), JOIN), JOIN);
    assertThat(text(merged)).isEqualTo("abc");
    assertThat(merged.first()).isZero();
  }

  @Test
  void theFailureOfTheFirstImagesIsKept() {
    for (PartResult<String> merged :
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
    PartResult<String> merged =
        part(0, "a")
            .merge(
                part(25, "b"),
                new Joined() {
                  private static final long serialVersionUID = 1;

                  @Override
                  public String merge(String first, String second) {
                    throw new IllegalArgumentException("Expected the same processor, A, found B");
                  }
                });
    assertThatThrownBy(merged::orThrow)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected the same processor, A, found B (the first is of executor 0, the second of executor 25)");
  }

  @Test
  void executorsOfAnotherInstructionSetAreRefusedByNameOrKeptApart() {
    CalibrationStatistics one = StatisticsOfProcessor.of("Intel", InstructionSet.AVX2, "a.jpg");
    CalibrationStatistics other =
        StatisticsOfProcessor.of("Intel", InstructionSet.AVX512_VNNI, "b.jpg");
    PartResult<CalibrationStatistics> refused =
        PartResult.of(25, "executor 2 on b", "", List.of(other))
            .merge(PartResult.of(0, "executor 1 on a", "", List.of(one)), STATISTICS);
    assertThatThrownBy(refused::orThrow)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected statistics of the same instruction set, AVX2, found AVX512_VNNI (the first is of executor 1 on a, the second of executor 2 on b)");

    Map<String, List<CalibrationStatistics>> groups =
        PartResult.of(25, "executor 2 on b", "Intel (AVX-512 VNNI)", List.of(other))
            .merge(PartResult.of(0, "executor 1 on a", "Intel (AVX2)", List.of(one)), STATISTICS)
            .orThrow();
    assertThat(groups.keySet()).containsExactly("Intel (AVX-512 VNNI)", "Intel (AVX2)");
    assertThat(groups.values().stream().map(group -> group.get(0).images()))
        .containsExactly(List.of("b.jpg"), List.of("a.jpg"));
  }

  /** Two processors, four parts that come in any order. */
  @Test
  void statisticsOfSeveralProcessorsAreKeptApart() {
    PartResult<String> merged =
        part(75, "AMD (AVX2)", "d")
            .merge(part(25, "Intel (AVX-512 VNNI)", "b"), JOIN)
            .merge(
                part(50, "Intel (AVX-512 VNNI)", "c").merge(part(0, "AMD (AVX2)", "a"), JOIN),
                JOIN);
    assertThat(merged.orThrow())
        .isEqualTo(Map.of("AMD (AVX2)", List.of("ad"), "Intel (AVX-512 VNNI)", List.of("bc")));
  }

  @Test
  void theStatisticsOfEachModelAreMerged() {
    PartResult<String> first = PartResult.of(0, "one", "", List.of("a", "A"));
    PartResult<String> second = PartResult.of(25, "other", "", List.of("b", "B"));
    assertThat(second.merge(first, JOIN).orThrow()).isEqualTo(Map.of("", List.of("ab", "AB")));
  }

  /** Spark accepts one result of a task; if it did not, no figure would come of it. */
  @Test
  void theResultOfATaskThatArrivesTwiceIsRefused() {
    CalibrationStatistics of =
        StatisticsOfProcessor.of("Intel", InstructionSet.AVX2, "a.jpg", "b.jpg");
    PartResult<CalibrationStatistics> once = PartResult.of(0, "executor 1", "", List.of(of));
    PartResult<CalibrationStatistics> again = PartResult.of(0, "executor 2", "", List.of(of));
    assertThatThrownBy(() -> once.merge(again, STATISTICS).orThrow())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected statistics of other images, found 'a.jpg' in both (the first is of executor 1, the second of executor 2)");
  }

  /** Whatever order Spark gives them in. */
  @Test
  void theSumOfManyPartsIsInTheOrderOfTheirImages() {
    assertThat(
            text(
                PartResult.sum(
                    List.of(
                        part(75, "d"), part(25, "b"), part(100, "e"), part(0, "a"), part(50, "c")),
                    JOIN)))
        .isEqualTo("abcde");
  }

  /** Another executor would find the same. */
  @Test
  void statisticsThatHaveNoBytesAreAFailure() {
    PartResult.Kind<String> unwritable =
        new Joined() {
          private static final long serialVersionUID = 1;

          @Override
          public byte[] toBytes(String text) {
            throw new CalibrationException("Expected names of at most 65,535 bytes");
          }
        };
    PartResult<String> sent = PartResult.fromBytes(part(3, "a").toBytes(unwritable), JOIN);
    assertThat(sent.first()).isEqualTo(3);
    assertThatThrownBy(sent::orThrow)
        .isInstanceOf(CalibrationException.class)
        .hasMessage("Expected names of at most 65,535 bytes");
  }

  @Test
  void resultsArriveAsTheyWereSent() {
    assertThat(text(PartResult.fromBytes(part(3, "a").toBytes(JOIN), JOIN))).isEqualTo("a");
    assertThatThrownBy(() -> PartResult.fromBytes(failed(7).toBytes(JOIN), JOIN).orThrow())
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
    PartResult<String> sent = PartResult.failed(0, new Unsendable());
    assertThatThrownBy(() -> PartResult.fromBytes(sent.toBytes(JOIN), JOIN).orThrow())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("why");
  }
}
