package io.github.calib8.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LikelihoodsTest {
  private static final int CLASSES = 10;
  private static final int IMAGES = 300;

  /** Scores of images whose class has a higher one, mostly; all times a factor. */
  private static double[] likelihoods(double factor) {
    Random random = new Random(7);
    Likelihoods likelihoods = new Likelihoods();
    double[] labels = new double[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      double[] scores = new double[CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        scores[c] = factor * (random.nextGaussian() + (c == i % CLASSES ? 2 : 0));
      }
      double sum = Math.log(Arrays.stream(scores).map(Math::exp).sum());
      double[] logs = Arrays.stream(scores).map(score -> score - sum).toArray();
      likelihoods.add(logs);
      labels[i] = logs[i % CLASSES];
    }
    return likelihoods.of(labels).toArray();
  }

  /** The temperatures are powers of 1.25. */
  @Test
  void aSurerModelOfTheSameIsNoBetter() {
    double[] one = likelihoods(1);

    assertThat(likelihoods(1.25 * 1.25)).containsExactly(one, within(1e-9));
    assertThat(likelihoods(1 / 1.25)).containsExactly(one, within(1e-9));
  }

  /** Scores drawn around a mean that is 2 higher are the logits of the classes, twice over. */
  @Test
  void theTemperatureIsTheOneThatSuitsTheLabels() {
    double mean = Arrays.stream(likelihoods(2)).average().orElseThrow();

    for (double factor : new double[] {0.5, 1, 4, 16}) {
      assertThat(Arrays.stream(likelihoods(factor)).average().orElseThrow())
          .isCloseTo(mean, within(0.01));
    }
    assertThat(mean).isGreaterThan(-Math.log(CLASSES) + 1);
  }

  @Test
  void scoresThatAreNoNumbersTellNothing() {
    Likelihoods likelihoods = new Likelihoods();
    likelihoods.add(new double[] {Double.NaN, Double.NaN});
    likelihoods.add(new double[] {-0.1, -2.3});

    assertThat(likelihoods.of(new double[] {Double.NaN, -0.1}).get(0))
        .isCloseTo(-Math.log(2), within(1e-12));
  }

  @Test
  void theTestIsOneSidedAndExact() {
    assertThat(PairedGains.p(new double[] {1, 2, 3, 4, 5})).isCloseTo(1 / 32.0, within(1e-12));
    assertThat(PairedGains.p(new double[] {-1, -2, -3, -4, -5})).isCloseTo(1, within(1e-12));
    assertThat(PairedGains.p(new double[] {0, 0, 0})).isEqualTo(1);
    assertThat(PairedGains.mean(new double[] {1, 2, 3})).isEqualTo(2);
    assertThat(PairedGains.error(new double[] {1, 2, 3}))
        .isCloseTo(Math.sqrt(1 / 3.0), within(1e-12));
    assertThat(PairedGains.error(new double[] {1})).isZero();
  }

  /** A p value of 0.1587 lies a standard deviation out, one of 0.02275 two of them. */
  @Test
  void twiceTheDistanceTakesFourTimesTheImages() {
    assertThat(PairedGains.factor(0.158655, 0.02275)).isCloseTo(4, within(1e-3));
  }

  /** A difference that nobody minds is none, however sure it is. */
  @Test
  void aGainMustBeLargeEnough() {
    List<Explanation> explanations = new ArrayList<>();
    for (double gain : new double[] {0.019, 0.021}) {
      explanations.add(
          new Explanation(null, Set.of(), 9, 9, new Explanation.Evidence(gain, 1e-9, 0, 0, 20)));
    }

    assertThat(explanations.get(0).isSignificant()).isFalse();
    assertThat(explanations.get(0).isLikely()).isFalse();
    assertThat(explanations.get(1).isSignificant()).isTrue();
    assertThat(explanations.get(1).isLikely()).isFalse();
  }
}
