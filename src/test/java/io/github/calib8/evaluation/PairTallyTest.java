package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.evaluation.PairStatistics.ModelCounts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PairTallyTest {

  private static final PairIdentity PAIR =
      new PairIdentity("net", Optional.empty(), "fp32", "int8", false, List.of(), Optional.empty());

  private final PairTally tally = new PairTally(OutputKind.LOGITS, OutputKind.LOGITS);

  @Test
  void countsWhatEachModelGetsRight() {
    float[] first = {9, 5, 4, 3, 2, 1, 0};
    float[] second = {5, 9, 4, 3, 2, 1, 0};
    add(first, first, 0);
    add(first, second, 0);
    add(first, second, 1);
    add(first, second, 1);
    add(first, second, 6);

    assertThat(counted().fp32()).isEqualTo(new ModelCounts(2, 4, 5));
    assertThat(counted().int8()).isEqualTo(new ModelCounts(3, 4, 2.5));
    assertThat(counted().images()).isEqualTo(5);
    assertThat(counted().onlyFp32()).isEqualTo(1);
    assertThat(counted().onlyInt8()).isEqualTo(2);
    assertThat(counted().agreeing()).isEqualTo(1);
  }

  @Test
  void theFifthClassIsInTheFirstFiveAndTheSixthIsNot() {
    float[] scores = {9, 5, 4, 3, 2, 1, 0};
    add(scores, scores, 4);
    add(scores, scores, 5);

    assertThat(counted().fp32().top5()).isEqualTo(1);
  }

  @Test
  void modelsMayAgreeOnAWrongClass() {
    float[] scores = {9, 5, 4};
    add(scores, scores, 2);

    assertThat(counted().agreeing()).isEqualTo(1);
    assertThat(counted().fp32().top1()).isZero();
  }

  @Test
  void divergenceIsZeroForEqualOutputsAndForLogitsShiftedByAConstant() {
    add(new float[] {1, 2, 3}, new float[] {1, 2, 3}, 0);
    add(new float[] {1, 2, 3}, new float[] {101, 102, 103}, 0);

    assertThat(meanKl(tally)).isCloseTo(0, within(1e-14));
  }

  @Test
  void divergenceIsThatOfTheDefinition() {
    float ln3 = (float) Math.log(3);
    add(new float[] {0, 0}, new float[] {ln3, 0}, 0);

    double expected = 0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25);
    assertThat(meanKl(tally)).isCloseTo(expected, within(1e-7));
  }

  @Test
  void divergenceIsTheMeanOverTheImages() {
    float ln3 = (float) Math.log(3);
    add(new float[] {0, 0}, new float[] {ln3, 0}, 0);
    add(new float[] {0, 0}, new float[] {0, 0}, 0);

    double one = 0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25);
    assertThat(meanKl(tally)).isCloseTo(one / 2, within(1e-7));
  }

  @Test
  void divergenceOfProbabilitiesAndOfTheirLogitsIsTheSame() {
    PairTally probabilities = new PairTally(OutputKind.PROBABILITIES, OutputKind.PROBABILITIES);
    PairTally mixed = new PairTally(OutputKind.PROBABILITIES, OutputKind.LOGITS);
    float[] p = {0.2f, 0.3f, 0.5f};
    float[] q = {0.25f, 0.25f, 0.5f};
    float[] logQ = {(float) Math.log(0.25), (float) Math.log(0.25), (float) Math.log(0.5)};
    probabilities.add("image", 0, ModelScores.of(p), ModelScores.of(q), 0, 3);
    mixed.add("image", 0, ModelScores.of(p), ModelScores.of(logQ), 0, 3);

    double expected = 0.2 * Math.log(0.2 / 0.25) + 0.3 * Math.log(0.3 / 0.25);
    assertThat(meanKl(probabilities)).isCloseTo(expected, within(1e-7));
    assertThat(meanKl(mixed)).isCloseTo(expected, within(1e-7));
  }

  @Test
  void divergenceStaysFiniteWhereAProbabilityIsZero() {
    PairTally probabilities = new PairTally(OutputKind.PROBABILITIES, OutputKind.PROBABILITIES);
    probabilities.add(
        "image", 0, ModelScores.of(new float[] {1, 0}), ModelScores.of(new float[] {1, 0}), 0, 2);
    assertThat(meanKl(probabilities)).isZero();

    probabilities.add(
        "image", 0, ModelScores.of(new float[] {1, 0}), ModelScores.of(new float[] {0, 1}), 0, 2);
    assertThat(meanKl(probabilities)).isCloseTo(126 * Math.log(2) / 2, within(1e-9));
  }

  private void add(float[] fp32, float[] int8, int label) {
    tally.add("image", label, ModelScores.of(fp32), ModelScores.of(int8), 0, fp32.length);
  }

  private PairStatistics counted() {
    return tally.statistics(PAIR, 1, 2);
  }

  private static double meanKl(PairTally tally) {
    PairStatistics counted = tally.statistics(PAIR, 1, 1);
    return counted.divergence().doubleValue() / counted.images();
  }
}
