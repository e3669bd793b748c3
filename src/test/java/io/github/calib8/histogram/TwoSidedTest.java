package io.github.calib8.histogram;

import static io.github.calib8.histogram.Samples.histogram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges with zero in between, of what activation functions make of a normal distribution. */
class TwoSidedTest {
  private static final int VALUES = 30_000;

  private static final Map<String, DoubleUnaryOperator> FUNCTIONS = new LinkedHashMap<>();

  static {
    FUNCTIONS.put("SiLU", x -> x / (1 + Math.exp(-x)));
    FUNCTIONS.put("HardSwish", x -> x * Math.max(0, Math.min(1, x / 6 + 0.5)));
    FUNCTIONS.put("GELU", x -> x / (1 + Math.exp(-1.702 * x)));
    FUNCTIONS.put("LeakyReLU", x -> x < 0 ? 0.1 * x : x);
    FUNCTIONS.put("negative", x -> -Math.abs(x));
  }

  private static float[] values(String function, long seed) {
    Random random = new Random(seed);
    float[] values = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = (float) FUNCTIONS.get(function).applyAsDouble(2 * random.nextGaussian());
    }
    return values;
  }

  static Stream<CalibrationMethod> methods() {
    return Stream.concat(
        CalibrationMethod.all().stream(), Stream.of(CalibrationMethod.entropy(1.05)));
  }

  private static QuantizationParameters parameters(ClippingRange range) {
    return QuantizationParameters.asymmetric(range.low(), range.high());
  }

  /** By the integers themselves, value by value. */
  private static double squaredError(float[] values, QuantizationParameters parameters) {
    double sum = 0;
    for (float value : values) {
      double error = value - (double) parameters.dequantize(parameters.quantize(value));
      sum += error * error;
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(strings = {"SiLU", "HardSwish", "GELU", "LeakyReLU", "negative"})
  void whatActivationFunctionsMakeIsAsymmetric(String function) {
    assertThat(histogram(values(function, 1)).isAsymmetric()).isTrue();
  }

  /** Their scale would be infinite, which one of a symmetric range is not. */
  @Test
  void valuesFurtherApartThanFloat32ReachesAreNot() {
    float[] near = new float[1000];
    float[] far = new float[1000];
    for (int i = 0; i < near.length; i++) {
      near[i] = i % 10 == 0 ? -0.12f : 0.33f * i / near.length;
      far[i] = (float) (near[i] * 1e39);
    }
    assertThat(histogram(near).isAsymmetric()).isTrue();
    assertThat(histogram(far).isAsymmetric()).isFalse();
  }

  @Test
  void whatIsSpreadAroundZeroIsNot() {
    for (long seed = 1; seed <= 5; seed++) {
      assertThat(histogram(Samples.normal(VALUES, seed)).isAsymmetric()).isFalse();
      assertThat(histogram(Samples.laplace(VALUES, seed)).isAsymmetric()).isFalse();
      assertThat(histogram(Samples.relu(Samples.normal(VALUES, seed))).isAsymmetric()).isFalse();
    }
    assertThat(new Histogram().isAsymmetric()).isFalse();
    assertThat(histogram(-3f, -3f).isAsymmetric()).isFalse();
  }

  /** Whether 10 % of the values is negative or half of them: what counts is how far they reach. */
  @ParameterizedTest
  @CsvSource({"0.1, true", "0.3, true", "0.9, false", "1, false"})
  void theErrorDecidesNotTheNumberOfNegativeValues(double slope, boolean expected) {
    Random random = new Random(3);
    float[] values = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      double x = random.nextGaussian();
      values[i] = (float) (x < 0 ? slope * x : x);
    }
    assertThat(histogram(values).isAsymmetric()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0.02, 1", "0.02, 12", "0.02, 128", "0.05, 254", "0.3, 3", "0.02, 255"})
  void theSquaredErrorIsThatOfQuantizingEachValue(float scale, int zeroPoint) {
    for (String function : FUNCTIONS.keySet()) {
      float[] values = values(function, 2);
      QuantizationParameters parameters =
          new QuantizationParameters(IntegerType.UINT8, scale, zeroPoint);
      double expected = squaredError(values, parameters);

      double found = TwoSidedErrors.of(histogram(values)).at(scale, zeroPoint);

      assertThat(found).isCloseTo(expected, within(0.01 * expected + 1e-4));
    }
  }

  @Test
  void theLeastErrorIsTheLeastOfAll() {
    for (String function : FUNCTIONS.keySet()) {
      TwoSidedErrors errors = TwoSidedErrors.of(histogram(values(function, 4)));
      TwoSidedErrors.Least least = errors.least();
      double best = Double.POSITIVE_INFINITY;
      for (double factor = 0.7; factor < 1.5; factor += 0.01) {
        for (double error : Arrays.copyOfRange(errors.atEach(least.scale() * factor), 1, 256)) {
          best = Math.min(best, error);
        }
      }
      assertThat(least.error()).isLessThanOrEqualTo(best * 1.001);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aRangeCostsLessThanAThreshold(CalibrationMethod method) {
    for (String function : FUNCTIONS.keySet()) {
      float[] values = values(function, 5);
      Histogram histogram = histogram(values);
      double threshold = method.threshold(histogram, IntegerType.INT8).value();
      double symmetric =
          squaredError(values, QuantizationParameters.symmetric(IntegerType.INT8, threshold));

      double asymmetric = squaredError(values, parameters(method.range(histogram)));

      // The search without a bound does not know how much clipping costs.
      double share = method.equals(CalibrationMethod.unboundedEntropy()) ? 1 : 0.5;
      assertThat(asymmetric).as(function).isLessThan(share * symmetric);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void bothEndsAreNearTheExtremesOfABoundedDistribution(CalibrationMethod method) {
    Random random = new Random(6);
    float[] values = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = -0.25f + 1.25f * random.nextFloat();
    }
    ClippingRange range = method.range(histogram(values));

    assertThat(range.low()).isCloseTo(-0.25, within(0.01));
    assertThat(range.high()).isCloseTo(1, within(0.02));
    assertThat(range.degenerate()).isEmpty();
    assertThat(parameters(range).zeroPoint()).isBetween(49, 53);
  }

  /**
   * The entropy methods count a level more than there are steps, so theirs may be a few steps off.
   */
  @ParameterizedTest
  @MethodSource("methods")
  void negatedValuesHaveTheNegatedRange(CalibrationMethod method) {
    for (String function : FUNCTIONS.keySet()) {
      float[] values = values(function, 7);
      ClippingRange range = method.range(histogram(values));
      ClippingRange negated = method.range(histogram(Samples.times(values, -1)));
      double step = (method instanceof EntropyMethod ? 12 : 2) * (range.high() - range.low()) / 255;

      assertThat(negated.low()).isCloseTo(-range.high(), within(step));
      assertThat(negated.high()).isCloseTo(-range.low(), within(step));
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void twiceTheValuesGiveTwiceTheRange(CalibrationMethod method) {
    float[] values = values("SiLU", 8);
    ClippingRange once = method.range(histogram(values));
    ClippingRange twice = method.range(histogram(Samples.times(values, 2)));

    assertThat(twice)
        .isEqualTo(new ClippingRange(2 * once.low(), 2 * once.high(), once.degenerate()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.05, 1.15, 3})
  void theBoundHolds(double bound) {
    for (String function : FUNCTIONS.keySet()) {
      Histogram histogram = histogram(values(function, 9));
      TwoSidedErrors errors = TwoSidedErrors.of(histogram);
      QuantizationParameters chosen = parameters(CalibrationMethod.entropy(bound).range(histogram));

      assertThat(errors.at(chosen.scale(), chosen.zeroPoint()))
          .isLessThanOrEqualTo(1.0001 * bound * errors.least().error());
    }
  }

  /** The search, and one that makes P and Q as the definition has them. */
  @Test
  void theDivergenceIsTheLeastWithinTheBound() {
    Histogram histogram = histogram(values("GELU", 10));
    TwoSidedErrors errors = TwoSidedErrors.of(histogram);
    double limit = 1.02 * errors.least().error();
    LinearBins negative = histogram.searchBins(true);
    LinearBins positive = histogram.searchBins(false);
    double least = Double.POSITIVE_INFINITY;
    ClippingRange expected = null;
    int widest = negative.used() + positive.used();
    widest += 2 * (widest / 256 + 1);
    for (int i = widest; i >= 256; i -= Math.max(1, Integer.highestOneBit(i) / 256)) {
      double scale = Math.min((i + 0.5) * positive.width(), histogram.span()) / 255;
      double[] each = errors.atEach(scale);
      for (int zeroPoint = 1; zeroPoint < 256; zeroPoint++) {
        if (each[zeroPoint] <= limit) {
          double divergence = divergence(negative.counts(), positive.counts(), i, zeroPoint);
          if (divergence < least - 1e-11) {
            least = divergence;
            expected = ClippingRange.of(scale, zeroPoint);
          }
        }
      }
    }

    assertThat(
            new TwoSidedEntropySearch(histogram, errors, negative, positive)
                .best(OptionalDouble.of(limit)))
        .contains(expected);
  }

  private static double divergence(long[] negative, long[] positive, int window, int zeroPoint) {
    double[] p = new double[2 * Histogram.BINS];
    double[] q = new double[2 * Histogram.BINS];
    fill(negative, window, zeroPoint, p, q, 0);
    fill(positive, window, 256 - zeroPoint, p, q, Histogram.BINS);
    double sumP = 0;
    double sumQ = 0;
    for (int i = 0; i < p.length; i++) {
      sumP += p[i];
      sumQ += q[i];
    }
    double divergence = 0;
    for (int i = 0; i < p.length; i++) {
      if (p[i] > 0) {
        divergence += p[i] / sumP * Math.log(p[i] / sumP / (q[i] / sumQ)); // infinite where Q is 0
      }
    }
    return divergence;
  }

  private static void fill(long[] counts, int window, int levels, double[] p, double[] q, int at) {
    int from = 0;
    for (int level = 0; level < levels; level++) {
      int to = Math.min(counts.length, (int) Math.ceil((level + 1) * (window / 256.0)));
      long sum = 0;
      int occupied = 0;
      for (int bin = from; bin < to; bin++) {
        p[at + bin] = counts[bin];
        sum += counts[bin];
        occupied += counts[bin] > 0 ? 1 : 0;
      }
      for (int bin = from; bin < to; bin++) {
        q[at + bin] = counts[bin] > 0 ? (double) sum / occupied : 0;
      }
      from = to;
    }
    for (int bin = from; bin < counts.length; bin++) {
      p[at + from - 1] += counts[bin];
    }
  }

  @Test
  void aPercentileClipsAsManyAtEachEnd() {
    Random random = new Random(11);
    float[] values = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = -1 + 4 * random.nextFloat();
    }
    ClippingRange range = CalibrationMethod.percentile(80).range(histogram(values));

    assertThat(range.low()).isCloseTo(-0.6, within(0.02));
    assertThat(range.high()).isCloseTo(2.6, within(0.02));
  }

  @Test
  void fewValuesKeepTheExtremesAndSaySo() {
    float[] few = new float[1000];
    System.arraycopy(values("SiLU", 12), 0, few, 0, few.length);
    Histogram histogram = histogram(few);

    ClippingRange range = CalibrationMethod.unboundedEntropy().range(histogram);

    assertThat(range.low()).isEqualTo((double) histogram.min());
    assertThat(range.high()).isEqualTo((double) histogram.max());
    assertThat(range.degenerate())
        .hasValueSatisfying(r -> assertThat(r).contains("too few values"));
    few[0] = 1e6f;
    assertThat(CalibrationMethod.entropy().range(histogram(few)).degenerate()).isPresent();
  }

  @Test
  void aValueJustBelowZeroStillHasALevelThere() {
    float[] values = Samples.relu(Samples.normal(VALUES, 13));
    values[0] = -1e-5f;
    for (CalibrationMethod method : CalibrationMethod.all()) {
      assertThat(parameters(method.range(histogram(values))).zeroPoint()).isBetween(1, 3);
    }
  }

  @Test
  void theErrorOfARangeIsThatOfItsIntegers() {
    float[] values = values("SiLU", 14);
    Histogram histogram = histogram(values);
    QuantizationParameters parameters = QuantizationParameters.asymmetric(-0.2, 4);
    double signal = 0;
    double clipped = 0;
    int beyond = 0;
    for (float value : values) {
      signal += (double) value * value;
      double over = Math.max(value - parameters.high(), parameters.low() - value);
      clipped += Math.pow(Math.max(0, over), 2);
      beyond += over > 0 ? 1 : 0;
    }

    QuantizationError error = histogram.quantizationError(parameters).orElseThrow();

    assertThat(error.sqnr())
        .isCloseTo(10 * Math.log10(signal / squaredError(values, parameters)), within(0.05));
    assertThat(error.clippedEnergy()).isCloseTo(clipped / signal, within(1e-4));
    assertThat(error.excess()).isGreaterThan(1);
    assertThat(histogram.fractionBeyond(parameters))
        .isCloseTo((double) beyond / VALUES, within(1e-3));
    assertThat(
            histogram
                .quantizationError(
                    parameters(CalibrationMethod.meanSquaredError().range(histogram)))
                .orElseThrow()
                .excess())
        .isCloseTo(1, within(1e-3));
  }

  @Test
  void halvesAreApartByTheLargerDifferenceOfTheTwoEnds() {
    TensorStatistics halves =
        TensorStatistics.of(histogram(-1f, 2f, 3f), histogram(-0.5f, 2f, 2.75f));
    ClippingRange whole = CalibrationMethod.maxAbs().range(halves.whole());

    assertThat(halves.difference(CalibrationMethod.maxAbs(), whole)).hasValue(0.5 / 3);
    assertThat(
            TensorStatistics.of(histogram(-1f, 2f), histogram(1f, 2f))
                .difference(CalibrationMethod.maxAbs(), whole))
        .isEmpty();
  }
}
