package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MinimumCutTest {
  private static final int VERTICES = 10;

  /** Every one of 1024 assignments is tried by hand. */
  @Test
  void noOtherAssignmentIsCheaper() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      long[][] costs = new long[VERTICES + 2][VERTICES + 2];
      MinimumCut cut = new MinimumCut();
      for (int v = 0; v < VERTICES; v++) {
        cut.vertex();
      }
      for (int e = 0; e < 4 * VERTICES; e++) {
        int from = random.nextInt(VERTICES + 2);
        int to = random.nextInt(VERTICES + 2);
        long cost = random.nextInt(20);
        cut.edge(from, to, cost);
        costs[from][to] += from == to ? 0 : cost;
      }
      long least = Long.MAX_VALUE;
      boolean[] side = new boolean[VERTICES + 2];
      side[MinimumCut.FIRST] = true;
      for (int bits = 0; bits < 1 << VERTICES; bits++) {
        for (int v = 0; v < VERTICES; v++) {
          side[v + 2] = (bits >> v & 1) == 1;
        }
        least = Math.min(least, cost(costs, side));
      }
      boolean[] found = cut.firstSide();
      assertThat(found[MinimumCut.FIRST]).isTrue();
      assertThat(found[MinimumCut.SECOND]).isFalse();
      assertThat(cost(costs, found)).as("seed %d", seed).isEqualTo(least);
    }
  }

  private static long cost(long[][] costs, boolean[] first) {
    long sum = 0;
    for (int from = 0; from < first.length; from++) {
      for (int to = 0; to < first.length; to++) {
        sum += first[from] && !first[to] ? costs[from][to] : 0;
      }
    }
    return sum;
  }

  /** Recursion would end here. */
  @Test
  void aLongChain() {
    MinimumCut cut = new MinimumCut();
    int last = MinimumCut.FIRST;
    for (int i = 0; i < 20_000; i++) {
      int next = cut.vertex();
      cut.edge(last, next, i == 7_000 ? 1 : 2);
      last = next;
    }
    cut.edge(last, MinimumCut.SECOND, 2);
    boolean[] first = cut.firstSide();
    assertThat(first[7_001]).isTrue();
    assertThat(first[7_002]).isFalse();
  }
}
