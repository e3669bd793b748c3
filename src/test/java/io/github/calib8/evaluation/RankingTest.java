package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RankingTest {

  @Test
  void ranksByScore() {
    float[] scores = {0.1f, 0.4f, -2, 0.3f};

    assertThat(Ranking.best(scores, 0, 4)).isEqualTo(1);
    assertThat(Ranking.rank(scores, 0, 4, 1)).isZero();
    assertThat(Ranking.rank(scores, 0, 4, 3)).isEqualTo(1);
    assertThat(Ranking.rank(scores, 0, 4, 0)).isEqualTo(2);
    assertThat(Ranking.rank(scores, 0, 4, 2)).isEqualTo(3);
  }

  @Test
  void ofEqualScoresTheLowerIndexRanksFirst() {
    float[] scores = {5, 7, 7, 5, 7};

    assertThat(Ranking.best(scores, 0, 5)).isEqualTo(1);
    int[] ranks = new int[5];
    for (int c = 0; c < 5; c++) {
      ranks[c] = Ranking.rank(scores, 0, 5, c);
    }
    assertThat(ranks).containsExactly(3, 0, 1, 4, 2);
  }

  @Test
  void zerosOfEitherSignAreEqual() {
    float[] scores = {-0.0f, 0.0f};

    assertThat(Ranking.best(scores, 0, 2)).isZero();
    assertThat(Ranking.rank(scores, 0, 2, 0)).isZero();
    assertThat(Ranking.rank(scores, 0, 2, 1)).isEqualTo(1);
  }

  @Test
  void looksAtOneImageOfABatchOnly() {
    float[] scores = {9, 9, 1, 2, 9, 9};

    assertThat(Ranking.best(scores, 2, 2)).isEqualTo(1);
    assertThat(Ranking.rank(scores, 2, 2, 0)).isEqualTo(1);
  }

  @Test
  void theBestClassIsTheOneOfRankZero() {
    float[] scores = {3, 1, 3, 2, 0, 3};
    int best = Ranking.best(scores, 0, 6);

    for (int c = 0; c < 6; c++) {
      assertThat(Ranking.rank(scores, 0, 6, c) == 0).isEqualTo(c == best);
    }
  }
}
