package io.github.calib8.histogram;

import static io.github.calib8.histogram.Samples.histogram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.scale.IntegerType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The entropy method with a bound on the squared error: what the unbounded search gets wrong. */
class BoundedEntropyTest {
  private static final CalibrationMethod UNBOUNDED = CalibrationMethod.unboundedEntropy();
  private static final int VALUES = 200_000;

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.05, 1.2, 3})
  void theSquaredErrorIsWithinTheBound(double bound) {
    CalibrationMethod method = CalibrationMethod.entropy(bound);
    for (float[] values :
        List.of(
            Samples.normal(VALUES, 1),
            Samples.relu(Samples.student(VALUES, 2)),
            Samples.normalWithOutliers(VALUES, 3),
            classMap(4),
            withSpike(Samples.relu(Samples.normal(VALUES, 5)), 0.4f, 2.1f))) {
      Histogram histogram = histogram(values);
      for (IntegerType type : IntegerType.values()) {
        SquaredErrors errors = SquaredErrors.of(histogram, type);
        double threshold = method.threshold(histogram, type).value();
        assertThat(errors.at(threshold)).isLessThanOrEqualTo(bound * errors.least().error());
      }
    }
  }

  @Test
  void theDivergenceIsTheLeastWithinTheBound() {
    for (int seed = 1; seed <= 5; seed++) {
      Histogram histogram = histogram(Samples.relu(Samples.student(VALUES, seed)));
      SquaredErrors errors = SquaredErrors.of(histogram, IntegerType.INT8);
      double limit = 1.3 * errors.least().error();
      LinearBins bins = histogram.searchBins().halved();
      EntropySearch search = new EntropySearch(bins, 128);
      double best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 128; i <= bins.used(); i++) {
        double threshold = Math.min((i + 0.5) * bins.width(), histogram.maxAbs());
        if (errors.at(threshold) <= limit && search.divergence(i) < least) {
          least = search.divergence(i);
          best = threshold;
        }
      }

      assertThat(CalibrationMethod.entropy(1.3).threshold(histogram, IntegerType.INT8).value())
          .isEqualTo(best);
    }
  }

  /** As a class map in front of the last pooling: few values are large, and they are the answer. */
  @ParameterizedTest
  @EnumSource
  void aTailThatCarriesTheAnswerIsKept(IntegerType type) {
    Histogram histogram = histogram(classMap(1));

    double energyLost = clippedEnergy(UNBOUNDED, histogram, type);
    double energyLostWithinTheBound = clippedEnergy(CalibrationMethod.entropy(), histogram, type);

    assertThat(energyLost).isGreaterThan(0.03);
    assertThat(energyLostWithinTheBound).isLessThan(0.005);
  }

  /**
   * As a border, a dead channel, or the bound of a Clip makes it. A bound that binds nothing shows
   * that it is the lowering of spikes that does it.
   */
  @ParameterizedTest
  @CsvSource({"0.7, 1.15", "2.1, 1.15", "0.7, 1e9", "2.1, 1e9"})
  void aSpikeDoesNotDecide(float at, double bound) {
    float[] values = Samples.relu(Samples.normal(VALUES, 1));
    CalibrationMethod method = CalibrationMethod.entropy(bound);
    double without = method.threshold(histogram(values), IntegerType.INT8).value();

    Histogram spiked = histogram(withSpike(values, 0.4f, at));

    assertThat(method.threshold(spiked, IntegerType.INT8).value())
        .isCloseTo(without, within(0.12 * without));
  }

  @Test
  void theUnboundedSearchFollowsASpike() {
    float[] values = Samples.relu(Samples.normal(VALUES, 1));
    double without = UNBOUNDED.threshold(histogram(values), IntegerType.INT8).value();

    double with =
        UNBOUNDED.threshold(histogram(withSpike(values, 0.4f, 0.7f)), IntegerType.INT8).value();

    assertThat(with).isLessThan(0.6 * without);
  }

  @Test
  void loweringASpikeLeavesTheOtherBinsAlone() {
    long[] counts = new long[100];
    Arrays.setAll(counts, i -> 1000 - 5L * i);
    long[] spiked = counts.clone();
    spiked[70] = 100_000;
    spiked[99] = 100_000;

    long[] lowered = new LinearBins(1, spiked, 3).withoutSpikes().counts();

    for (int i = 0; i < counts.length; i++) {
      assertThat(lowered[i]).as("bin %d", i).isCloseTo(counts[i], within(100L));
    }
    assertThat(new LinearBins(1, counts, 3).withoutSpikes().counts()).isEqualTo(counts);
  }

  /** Decoded pixels: every occupied bin stands alone, and none sticks out. */
  @Test
  void aCombHasNoSpikes() {
    Random random = new Random(1);
    float[] values = new float[VALUES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.rint(30 * Math.abs(random.nextGaussian()));
    }
    LinearBins bins = histogram(values).searchBins();

    assertThat(bins.withoutSpikes().counts()).isEqualTo(bins.counts());
  }

  @Test
  void withNeitherTailNorSpikeTheBoundChangesNothing() {
    Random random = new Random(1);
    float[] values = new float[VALUES];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    Histogram uniform = histogram(values);
    for (IntegerType type : IntegerType.values()) {
      assertThat(CalibrationMethod.entropy().threshold(uniform, type))
          .isEqualTo(UNBOUNDED.threshold(uniform, type));
    }
  }

  @Test
  void whereEntropyCannotChooseTheLargestMagnitudeMustKeepTheBoundAsWell() {
    float[] few = Samples.normal(1000, 1);
    Threshold kept = CalibrationMethod.entropy().threshold(histogram(few), IntegerType.INT8);
    few[0] = 1e6f;
    Histogram broken = histogram(few);
    Threshold bounded = CalibrationMethod.entropy().threshold(broken, IntegerType.INT8);

    assertThat(kept.degenerate()).hasValueSatisfying(r -> assertThat(r).contains("too few values"));
    assertThat(bounded.degenerate())
        .isEqualTo(UNBOUNDED.threshold(broken, IntegerType.INT8).degenerate());
    SquaredErrors errors = SquaredErrors.of(broken, IntegerType.INT8);
    assertThat(errors.at(bounded.value())).isLessThanOrEqualTo(1.15 * errors.least().error());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.99, 0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aBoundBelowOneIsRefused(double bound) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CalibrationMethod.entropy(bound))
        .withMessage("Expected a bound of 1 or more times the least squared error, found " + bound);
  }

  /** 98 % of the values small, 2 % thirty times as large on average, both exponential. */
  private static float[] classMap(long seed) {
    Random random = new Random(seed);
    float[] values = new float[VALUES];
    for (int i = 0; i < values.length; i++) {
      double magnitude = -Math.log1p(-random.nextDouble());
      values[i] = (float) (i % 50 == 0 ? 3 + 15 * magnitude : 0.5 * magnitude);
    }
    return values;
  }

  private static float[] withSpike(float[] values, float share, float at) {
    float[] spiked = values.clone();
    Arrays.fill(spiked, 0, (int) (share * values.length), at);
    return spiked;
  }

  private static double clippedEnergy(
      CalibrationMethod method, Histogram histogram, IntegerType type) {
    double threshold = method.threshold(histogram, type).value();
    return histogram.quantizationError(threshold, type).orElseThrow().clippedEnergy();
  }
}
