package io.github.calib8.histogram;

import static io.github.calib8.histogram.Samples.histogram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.scale.IntegerType;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EntropyMethodTest {
  /** The reference's search, which the known thresholds are of. */
  private static final CalibrationMethod ENTROPY = CalibrationMethod.unboundedEntropy();

  /*
   * Thresholds of a two-pass search with 2048 bins and 128 levels, zeros removed. A threshold moves by 2 to 3 % (one
   * standard deviation; 5 % for Student's t) from sample to sample, so that these hold for the samples drawn here, not
   * for every seed. Student's t has the seed whose maximum (183) is about that of the known sample (185).
   */
  static Stream<Arguments> knownThresholds() {
    float[] normal = Samples.normal(Samples.MANY, 1);
    float[] withOutliers = Samples.normalWithOutliers(Samples.MANY, 1);
    return Stream.of(
        Arguments.of("ReLU(N(0,1))", 4.55, histogram(Samples.relu(normal))),
        Arguments.of(
            "ReLU(Laplace)", 11.0, histogram(Samples.relu(Samples.laplace(Samples.MANY, 1)))),
        Arguments.of(
            "ReLU(Student-t)", 23.0, histogram(Samples.relu(Samples.student(Samples.MANY, 16)))),
        Arguments.of("N(0,1)", 4.72, histogram(normal)),
        Arguments.of("N(0,1) with 20 outliers up to 60", 4.44, histogram(withOutliers)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("knownThresholds")
  void thresholdIsWithinFivePercentOfTheKnownOne(
      String distribution, double known, Histogram histogram) {
    Threshold threshold = ENTROPY.threshold(histogram, IntegerType.INT8);

    assertThat(threshold.degenerate()).isEmpty();
    assertThat(threshold.value()).isCloseTo(known, within(0.05 * known));
  }

  @Test
  void twiceTheLevelsClipHeavyTailsLess() {
    double coarse = 0;
    double fine = 0;
    for (long seed = 1; seed <= 5; seed++) {
      Histogram histogram = histogram(Samples.relu(Samples.student(400_000, seed)));
      coarse += ENTROPY.threshold(histogram, IntegerType.INT8).value();
      fine += ENTROPY.threshold(histogram, IntegerType.UINT8).value();
    }

    assertThat(fine).isGreaterThan(1.05 * coarse);
  }

  @Test
  void zerosDoNotMoveTheThreshold() {
    Histogram histogram = histogram(Samples.normal(100_000, 1));
    Threshold without = ENTROPY.threshold(histogram, IntegerType.INT8);
    histogram.add(new float[1_000_000], 0, 1_000_000);

    assertThat(ENTROPY.threshold(histogram, IntegerType.INT8)).isEqualTo(without);
  }

  @Test
  void hugeOutlierMovesTheThresholdLittle() {
    float[] values = Samples.normal(400_000, 1);
    double without = ENTROPY.threshold(histogram(values), IntegerType.INT8).value();
    for (float outlier : new float[] {100f, 1_000f, 10_000f}) {
      values[0] = outlier;
      double with = ENTROPY.threshold(histogram(values), IntegerType.INT8).value();
      assertThat(with).isCloseTo(without, within(0.1 * without));
    }
  }

  @Test
  void searchAgreesWithBruteForceOnRandomHistograms() {
    for (int seed = 0; seed < 60; seed++) {
      LinearBins bins = random(seed);
      for (int levels : new int[] {4, 16, 128, 256}) {
        EntropySearch search = new EntropySearch(bins, levels);
        BruteForceEntropy brute = new BruteForceEntropy(bins, levels);
        assertThat(search.best(any -> true))
            .as("seed %d, %d levels", seed, levels)
            .hasValue(brute.best());
      }
    }
  }

  @Test
  void divergenceAgreesWithBruteForceForEveryCandidate() {
    for (int seed = 0; seed < 10; seed++) {
      LinearBins bins = random(seed);
      EntropySearch search = new EntropySearch(bins, 128);
      BruteForceEntropy brute = new BruteForceEntropy(bins, 128);
      for (int i = 128; i <= bins.used(); i++) {
        assertThat(search.divergence(i)).isEqualTo(brute.divergence(i), within(1e-11));
      }
    }
  }

  @Test
  void searchAgreesWithBruteForceOnSamples() {
    for (float[] values :
        new float[][] {
          Samples.normal(200_000, 1),
          Samples.relu(Samples.laplace(200_000, 2)),
          Samples.student(200_000, 3),
          Samples.normalWithOutliers(200_000, 4)
        }) {
      LinearBins bins = histogram(values).searchBins();
      for (IntegerType type : IntegerType.values()) {
        assertThat(new EntropySearch(bins, type.levels()).best(any -> true))
            .hasValue(new BruteForceEntropy(bins, type.levels()).best());
      }
    }
  }

  @Test
  void tiesKeepTheLargerThreshold() {
    // With every bin its own level, and no tail, P = Q: all candidates from there on are perfect.
    long[] counts = new long[Histogram.BINS];
    java.util.Arrays.fill(counts, 0, 20, 7);
    assertThat(new EntropySearch(new LinearBins(1, counts, 0), 10).best(any -> true)).hasValue(20);
  }

  @Test
  void candidateThatEndsInAnEmptyBinIsRejectedWhileThereIsATail() {
    long[] counts = new long[Histogram.BINS];
    java.util.Arrays.fill(counts, 0, 10, 1000);
    counts[12] = 1;
    EntropySearch search = new EntropySearch(new LinearBins(1, counts, 0), 4);

    assertThat(search.divergence(12)).isInfinite();
    assertThat(search.divergence(10)).isFinite();
    assertThat(search.divergence(13)).isFinite();
  }

  @Test
  void tooFewValuesKeepTheLargestMagnitudeAndSaySo() {
    Histogram histogram = histogram(Samples.normal(4_095, 1));
    Threshold threshold = ENTROPY.threshold(histogram, IntegerType.INT8);

    assertThat(threshold.value()).isEqualTo(histogram.maxAbs());
    assertThat(threshold.degenerate())
        .contains("too few values: 4095 other than zero, at least 4096 are needed");
  }

  @Test
  void tooFewDistinctMagnitudesKeepTheLargestAndSaySo() {
    Random random = new Random(1);
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(100) + 1;
    }
    Threshold threshold = ENTROPY.threshold(histogram(values), IntegerType.INT8);

    assertThat(threshold.value()).isEqualTo(100);
    assertThat(threshold.degenerate())
        .contains("too few distinct magnitudes: 100 occupied bins, at least 128 are needed");
  }

  /** A decaying histogram with empty bins, spikes and perhaps magnitudes beyond. */
  private static LinearBins random(int seed) {
    Random random = new Random(seed);
    long[] counts = new long[Histogram.BINS];
    int used = 300 + random.nextInt(800);
    double peak = Math.pow(10, 1 + random.nextInt(9));
    double decay = (2 + 12 * random.nextDouble()) / used;
    double empty = random.nextInt(3) * 0.3;
    for (int i = 0; i < used; i++) {
      if (random.nextDouble() >= empty) {
        counts[i] = (long) (peak * Math.exp(-decay * i) * random.nextDouble());
      }
    }
    counts[used - 1] = 1 + random.nextInt(5);
    if (random.nextInt(3) == 0) {
      counts[random.nextInt(used)] += (long) peak;
    }
    return new LinearBins(1, counts, random.nextInt(2) * random.nextInt(50));
  }

  /** The definition, bin by bin. */
  private static final class BruteForceEntropy {
    private final long[] counts;
    private final long beyond;
    private final int used;
    private final int levels;

    BruteForceEntropy(LinearBins bins, int levels) {
      this.counts = bins.counts();
      this.beyond = bins.beyond();
      this.used = bins.used();
      this.levels = levels;
    }

    int best() {
      int best = used;
      double least = Double.POSITIVE_INFINITY;
      for (int i = used; i >= levels; i--) {
        double divergence = divergence(i);
        if (divergence < least - EntropySearch.TIE) {
          least = divergence;
          best = i;
        }
      }
      return best;
    }

    double divergence(int i) {
      double[] p = new double[i];
      double tail = beyond;
      for (int b = 0; b < used; b++) {
        if (b < i) {
          p[b] = counts[b];
        } else {
          tail += counts[b];
        }
      }
      p[i - 1] += tail;
      double[] inLevel = new double[levels];
      int[] occupied = new int[levels];
      for (int b = 0; b < i; b++) {
        int level = (int) ((long) b * levels / i);
        inLevel[level] += counts[b];
        occupied[level] += counts[b] > 0 ? 1 : 0;
      }
      double[] q = new double[i];
      for (int b = 0; b < i; b++) {
        int level = (int) ((long) b * levels / i);
        q[b] = counts[b] > 0 ? inLevel[level] / occupied[level] : 0;
      }
      double pSum = 0;
      double qSum = 0;
      for (int b = 0; b < i; b++) {
        pSum += p[b];
        qSum += q[b];
      }
      double divergence = 0;
      for (int b = 0; b < i; b++) {
        if (p[b] > 0) {
          if (q[b] == 0) {
            return Double.POSITIVE_INFINITY;
          }
          divergence += p[b] / pSum * Math.log(p[b] / pSum / (q[b] / qSum));
        }
      }
      return divergence;
    }
  }
}
