package io.github.calib8.histogram;

import static io.github.calib8.histogram.Samples.histogram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
  private static final int SEEDS = 20;

  @ParameterizedTest
  @ValueSource(ints = {200, 2_000, 20_000})
  void oneValueOfAMillionIsAnOutlier(int count) {
    float[] values = new float[count];
    Random random = new Random(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    Histogram histogram = histogram(values);
    assertThat(histogram.hasOutliers()).isFalse();

    histogram.add(new float[] {-1e6f}, 0, 1);

    assertThat(histogram.hasOutliers()).isTrue();
    assertThat(histogram.usual()).isBetween(0.9, 1.0);
  }

  /** Heavy tails, as of activations, are none: Laplace's, and squares of Gauss's. */
  @Test
  void tailsAreNoOutliers() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      float[] laplace = new float[50_000];
      float[] squares = new float[50_000];
      for (int i = 0; i < laplace.length; i++) {
        laplace[i] = (float) Math.log(random.nextDouble());
        squares[i] = (float) Math.pow(random.nextGaussian(), 4);
      }
      assertThat(histogram(laplace).hasOutliers()).isFalse();
      assertThat(histogram(squares).hasOutliers()).isFalse();
    }
  }

  @Test
  void fewValuesHaveNoOutliers() {
    assertThat(histogram(new float[] {0, 0, 1e-3f, 1e-3f, 1e6f}).hasOutliers()).isFalse();
    assertThat(new Histogram().hasOutliers()).isFalse();
    assertThat(new Histogram().quantile(1)).isZero();
  }

  @Test
  void emptyHistogramHoldsNothing() {
    Histogram empty = new Histogram();

    assertThat(empty.count()).isZero();
    assertThat(empty.min()).isNaN();
    assertThat(empty.max()).isNaN();
    assertThat(empty.maxAbs()).isZero();
    assertThat(empty.range()).isEqualTo(0x1p-90);
    assertThat(empty.bins()).hasSize(Histogram.BINS).containsOnly(0);
    assertThat(empty.isCollapsed()).isFalse();
    assertThat(empty.fractionAbove(0)).isZero();
  }

  @Test
  void zerosOfEitherSignAreCountedApartAndAreNotNegative() {
    Histogram histogram = histogram(0f, -0f, 1f, -1f, -0f);

    assertThat(histogram.count()).isEqualTo(5);
    assertThat(histogram.zeros()).isEqualTo(3);
    assertThat(histogram.negatives()).isEqualTo(1);
    assertThat(histogram.nonZeros()).isEqualTo(2);
    assertThat(Arrays.stream(histogram.bins()).sum()).isEqualTo(2);
  }

  @Test
  void extremesOfZerosHaveNoSign() {
    assertThat(Float.floatToRawIntBits(histogram(-0f).min())).isZero();
    assertThat(Float.floatToRawIntBits(histogram(-0f).max())).isZero();
    assertThat(Float.floatToRawIntBits(histogram(-0f, -1f).max())).isZero();
    assertThat(Float.floatToRawIntBits(histogram(-0f, 1f).min())).isZero();
  }

  @Test
  void extremesAreExactWhateverTheSigns() {
    assertThat(histogram(2f, 3f, 5f)).matches(h -> h.min() == 2f && h.max() == 5f);
    assertThat(histogram(-2f, -3f, -5f)).matches(h -> h.min() == -5f && h.max() == -2f);
    assertThat(histogram(-2f, 3f)).matches(h -> h.min() == -2f && h.max() == 3f);
    assertThat(histogram(0f, 3f)).matches(h -> h.min() == 0f && h.max() == 3f);
    assertThat(histogram(0.1f)).matches(h -> h.min() == 0.1f && h.max() == 0.1f);
  }

  @Test
  void nanAndInfinitiesAreCountedAndNeverBinned() {
    float negativeNan = Float.intBitsToFloat(0xffc00001);
    Histogram histogram =
        histogram(
            Float.NaN,
            1f,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            negativeNan,
            -0.5f,
            0f);

    assertThat(histogram.count()).isEqualTo(7);
    assertThat(histogram.nans()).isEqualTo(2);
    assertThat(histogram.infinities()).isEqualTo(2);
    assertThat(histogram.negatives()).isEqualTo(1);
    assertThat(histogram.nonZeros()).isEqualTo(2);
    assertThat(histogram.min()).isEqualTo(-0.5f);
    assertThat(histogram.max()).isEqualTo(1f);
    assertThat(Arrays.stream(histogram.bins()).sum()).isEqualTo(2);
  }

  @Test
  void histogramOfNonFiniteValuesOnlyHasNoExtremes() {
    Histogram histogram = histogram(Float.NaN, Float.NEGATIVE_INFINITY);

    assertThat(histogram.min()).isNaN();
    assertThat(histogram.maxAbs()).isZero();
  }

  @Test
  void rangeIsTheSmallestPowerOfTwoStrictlyAboveEveryMagnitude() {
    assertThat(histogram(1f).range()).isEqualTo(2);
    assertThat(histogram(Math.nextDown(1f)).range()).isEqualTo(1);
    assertThat(histogram(-4f, 1f).range()).isEqualTo(8);
    assertThat(histogram(Float.MAX_VALUE).range()).isEqualTo(0x1p128);
    assertThat(histogram(0x1p-90f).range()).isEqualTo(0x1p-89);
    assertThat(histogram(Float.MIN_VALUE).range()).isEqualTo(0x1p-90);
  }

  @Test
  void valueEqualToThePreviousRangeLandsWhereItWouldHaveLandedAtOnce() {
    Histogram grown = histogram(0.75f);
    assertThat(grown.range()).isEqualTo(1);
    grown.add(new float[] {1f}, 0, 1);

    assertThat(grown).isEqualTo(histogram(1f, 0.75f));
    assertThat(grown.bins()[2048]).isEqualTo(1);
    assertThat(grown.bins()[1536]).isEqualTo(1);
  }

  @Test
  void subnormalsAreMagnitudesOfTheSmallestRange() {
    Histogram histogram = histogram(Float.MIN_VALUE, -Float.MIN_NORMAL, 0x1p-91f);

    assertThat(histogram.maxAbs()).isEqualTo(0x1p-91);
    assertThat(histogram.min()).isEqualTo(-Float.MIN_NORMAL);
    assertThat(histogram.bins()[0]).isEqualTo(2);
    assertThat(histogram.bins()[2048]).isEqualTo(1);
  }

  @Test
  void binsAgreeWithANaiveHistogram() {
    for (int seed = 0; seed < SEEDS; seed++) {
      float[] values = Samples.mixed(10_000, seed);
      Histogram histogram = histogram(values);
      NaiveHistogram naive = new NaiveHistogram(values);

      assertThat(histogram.range()).isEqualTo(naive.range);
      assertThat(histogram.bins()).isEqualTo(naive.bins(naive.range));
      assertThat(histogram.zeros()).isEqualTo(naive.zeros);
      assertThat(histogram.negatives()).isEqualTo(naive.negatives);
      assertThat(histogram.min()).isEqualTo(naive.min);
      assertThat(histogram.max()).isEqualTo(naive.max);
    }
  }

  @Test
  void eachSideOfZeroAgreesWithANaiveHistogramOfIt() {
    for (int seed = 0; seed < SEEDS; seed++) {
      float[] values = Samples.mixed(10_000, seed);
      Histogram histogram = histogram(values);
      Histogram merged = new Histogram();
      merged.merge(histogram(Arrays.copyOf(values, 3_000)));
      merged.merge(histogram(Arrays.copyOfRange(values, 3_000, values.length)));
      for (boolean isNegative : new boolean[] {true, false}) {
        float[] side = values.clone();
        for (int i = 0; i < side.length; i++) {
          side[i] = isNegative == side[i] < 0 ? side[i] : 0;
        }
        long[] expected = new NaiveHistogram(side).bins(histogram.range());

        assertThat(histogram.magnitudes().side(isNegative).linear(0).counts()).isEqualTo(expected);
        assertThat(merged.magnitudes().side(isNegative).linear(0).counts()).isEqualTo(expected);
      }
    }
  }

  @Test
  void valuesOfOneSignAgreeWithANaiveHistogram() {
    for (int sign : new int[] {1, -1}) {
      float[] values = Samples.mixed(10_000, sign);
      for (int i = 0; i < values.length; i++) {
        values[i] = sign * Math.max(Math.abs(values[i]), Float.MIN_NORMAL);
      }
      Histogram histogram = histogram(values);
      NaiveHistogram naive = new NaiveHistogram(values);

      assertThat(histogram.bins()).isEqualTo(naive.bins(naive.range));
      assertThat(histogram.negatives()).isEqualTo(naive.negatives);
      assertThat(histogram.min()).isEqualTo(naive.min);
      assertThat(histogram.max()).isEqualTo(naive.max);
    }
  }

  @Test
  void nonFiniteValuesLeaveTheCountsOfTheOthersAlone() {
    float[] values = Samples.mixed(20_000, 5);
    Histogram expected = histogram(values);
    float[] more = Arrays.copyOf(values, values.length + 30);
    for (int i = 0; i < 30; i++) { // all over the place, each in exchange for a value at the end
      int at = 1 + 600 * i;
      more[values.length + i] = more[at];
      more[at] = i % 3 == 0 ? Float.NaN : i % 3 == 1 ? Float.NEGATIVE_INFINITY : -Float.NaN;
    }
    Histogram histogram = histogram(more);

    assertThat(histogram.nans()).isEqualTo(20);
    assertThat(histogram.infinities()).isEqualTo(10);
    assertThat(histogram.zeros()).isEqualTo(expected.zeros());
    assertThat(histogram.negatives()).isEqualTo(expected.negatives());
    assertThat(histogram.bins()).isEqualTo(expected.bins());
    assertThat(histogram.min()).isEqualTo(expected.min());
    assertThat(histogram.max()).isEqualTo(expected.max());
  }

  @Test
  void everyHalvedRangeAgreesWithANaiveHistogramOverIt() {
    float[] values = Samples.student(50_000, 1);
    Histogram histogram = histogram(values);
    NaiveHistogram naive = new NaiveHistogram(values);

    for (int k = 0; k <= DyadicBins.REFINEMENTS; k++) {
      double range = Math.scalb(naive.range, -k);
      LinearBins linear = histogram.magnitudes().linear(k);

      assertThat(linear.width() * Histogram.BINS).isEqualTo(range);
      assertThat(linear.counts()).isEqualTo(naive.bins(range));
      assertThat(linear.beyond()).isEqualTo(naive.atOrAbove(range));
    }
  }

  @Test
  void binOfAMagnitudeIsTheOneWhoseEdgesEncloseIt() {
    DyadicBins bins = histogram(-7f).magnitudes();
    long[] counts = bins.counts();
    assertThat(counts[bins.bin(7)]).isEqualTo(1);
    for (int i = 0; i < DyadicBins.SIZE; i++) {
      double edge = bins.lowerEdge(i);
      assertThat(bins.bin(edge)).isEqualTo(i);
      assertThat(bins.bin(Math.nextDown(edge + bins.width(i)))).isEqualTo(i);
    }
    assertThat(bins.lowerEdge(DyadicBins.SIZE - 1) + bins.width(DyadicBins.SIZE - 1))
        .isEqualTo(bins.range());
  }

  @Test
  void orderDoesNotMatter() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      float[] values = Samples.mixed(20_000, seed);
      Histogram before = histogram(values);
      Samples.shuffle(values, random);

      assertSame(histogram(values), before);
    }
  }

  @Test
  void cuttingIntoPartsDoesNotMatter() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      float[] values = Samples.mixed(20_000, seed);
      Histogram parts = new Histogram();
      for (int from = 0; from < values.length; ) {
        int to = Math.min(values.length, from + random.nextInt(9_000));
        parts.add(values, from, to);
        from = to;
      }

      assertSame(parts, histogram(values));
    }
  }

  @Test
  void anyTreeOfMergesIsTheWhole() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      float[] values = Samples.mixed(5_000, seed);
      Deque<Histogram> parts = new ArrayDeque<>();
      for (int from = 0; from < values.length; ) {
        int to = Math.min(values.length, from + random.nextInt(700));
        Histogram part = new Histogram();
        part.add(values, from, to);
        parts.addLast(part);
        from = to;
      }
      while (parts.size() > 1) {
        Histogram left = random.nextBoolean() ? parts.removeFirst() : parts.removeLast();
        Histogram right = random.nextBoolean() ? parts.removeFirst() : parts.removeLast();
        left.merge(right);
        parts.addLast(left);
      }

      assertSame(parts.getFirst(), histogram(values));
    }
  }

  /** A sum of sums: nothing of it waits to be counted, and its bins could be shared. */
  @Test
  void mergingDoesNotShareTheBinsOfTheOther() {
    Histogram one = histogram(1f, 2f, -3f);
    Histogram settled = one.copy();
    Histogram sum = settled.copy();
    sum.merge(settled);
    sum.merge(one);

    assertThat(settled).isEqualTo(one);
    assertThat(sum.count()).isEqualTo(9);
  }

  @Test
  void mergingDoesNotChangeTheOther() {
    Histogram small = histogram(0.5f, 0.25f);
    Histogram large = histogram(100f);
    Histogram smallBefore = small.copy();
    large.merge(small);

    assertThat(small).isEqualTo(smallBefore);
    assertThat(large).isEqualTo(histogram(0.5f, 0.25f, 100f));
  }

  @Test
  void mergingWithItselfDoubles() {
    Histogram histogram = histogram(1f, 2f, 0f);
    histogram.merge(histogram);

    assertThat(histogram).isEqualTo(histogram(1f, 2f, 0f, 1f, 2f, 0f));
  }

  @Test
  void movingCountsToWhereThereIsRoomForAnyNumberDoesNotMatter() {
    Histogram settled = new Histogram();
    Histogram expected = new Histogram();
    for (float scale : new float[] {0x1p-60f, 0x1p-3f, 1f, 0.5f, 0x1p9f, 0x1p12f}) {
      float[] values = Samples.mixed(5_000, 1);
      for (int i = 0; i < values.length; i++) {
        values[i] *= scale;
      }
      settled.add(values, 0, values.length);
      settled.magnitudes().settle();
      expected.merge(histogram(values));
    }

    assertSame(settled, expected);
  }

  @Test
  void rangeGrowsByAnyNumberOfOctaves() {
    for (int octaves = 0; octaves < 200; octaves++) {
      float[] values = {0x1.234568p-80f, -0x1.8p-85f, Math.scalb(1.5f, octaves - 80)};
      Histogram grown = histogram(values[0], values[1], 0f);
      grown.add(values, 2, 3);

      assertSame(grown, histogram(values[2], values[1], 0f, values[0]));
    }
  }

  @Test
  void copyIsIndependent() {
    Histogram original = histogram(1f);
    Histogram copy = original.copy();
    copy.add(new float[] {2f}, 0, 1);

    assertThat(original).isEqualTo(histogram(1f));
    assertThat(copy).isEqualTo(histogram(1f, 2f));
  }

  @Test
  void buffersOfEveryKindGiveTheSame() {
    float[] values = Samples.mixed(10_000, 3);
    Histogram expected = histogram(values);
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      FloatBuffer direct =
          ByteBuffer.allocateDirect(values.length * Float.BYTES).order(order).asFloatBuffer();
      direct.put(values).flip();
      Histogram histogram = new Histogram();
      histogram.add(direct.asReadOnlyBuffer());

      assertThat(histogram).isEqualTo(expected);
    }
  }

  @Test
  void onlyTheRemainingValuesOfABufferAreAddedAndItsPositionStays() {
    FloatBuffer buffer = FloatBuffer.wrap(new float[] {9f, 1f, 2f, 9f}, 1, 2);
    Histogram histogram = new Histogram();
    histogram.add(buffer);

    assertThat(histogram).isEqualTo(histogram(1f, 2f));
    assertThat(buffer.position()).isEqualTo(1);
    assertThat(buffer.limit()).isEqualTo(3);
  }

  @Test
  void rangeOutsideTheArrayIsRefused() {
    Histogram histogram = new Histogram();
    assertThatThrownBy(() -> histogram.add(new float[3], 1, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(histogram).isEqualTo(new Histogram());
  }

  @Test
  void fractionAboveAThresholdIsThatOfTheValues() {
    float[] values = Samples.relu(Samples.normal(100_000, 1));
    Histogram histogram = histogram(values);
    for (double threshold : new double[] {0.01, 0.5, 1, 2.5, 3.9}) {
      long above = 0;
      for (float value : values) {
        if (value > threshold) {
          above++;
        }
      }
      assertThat(histogram.fractionAbove(threshold) * values.length)
          .isCloseTo(above, org.assertj.core.data.Offset.offset(25.0));
    }
    assertThat(histogram.fractionAbove(histogram.maxAbs())).isZero();
    assertThat(histogram.fractionAbove(1e30)).isZero();
    assertThat(histogram.fractionAbove(0) * values.length).isEqualTo((double) histogram.nonZeros());
  }

  @Test
  void outliersCollapseTheMagnitudes() {
    float[] values = Samples.normal(100_000, 1);
    assertThat(histogram(values).isCollapsed()).isFalse();
    values[17] = 1000f;
    assertThat(histogram(values).isCollapsed()).isTrue();
  }

  @Test
  void searchesSeePastAnOutlier() {
    float[] values = Samples.normal(100_000, 1);
    double range = histogram(values).range();
    values[17] = 1000f;
    LinearBins bins = histogram(values).searchBins();

    assertThat(bins.isCollapsed()).isFalse();
    assertThat(bins.beyond()).isEqualTo(1);
    assertThat(bins.width() * Histogram.BINS).isBetween(range, 8 * range);
  }

  @Test
  void countsAboveTwoToTheThirtyFirstAreKept() throws IOException {
    Histogram histogram = histogram(Samples.normal(1000, 1));
    for (int i = 0; i < 32; i++) {
      histogram.merge(histogram);
    }

    assertThat(histogram.count()).isEqualTo(1000L << 32);
    assertThat(Arrays.stream(histogram.bins()).sum()).isEqualTo(1000L << 32);
    assertThat(read(bytes(histogram))).isEqualTo(histogram);
  }

  @Test
  void writtenHistogramReadsBackTheSame() throws IOException {
    for (Histogram histogram :
        new Histogram[] {
          new Histogram(),
          histogram(0f),
          histogram(Float.NaN),
          histogram(Samples.mixed(10_000, 5)),
          histogram(Samples.student(10_000, 5))
        }) {
      byte[] bytes = bytes(histogram);
      Histogram back = read(bytes);

      assertThat(back).isEqualTo(histogram).hasSameHashCodeAs(histogram);
      assertThat(bytes(back)).isEqualTo(bytes);
    }
  }

  @Test
  void readHistogramGoesOnAccumulating() throws IOException {
    Histogram back = read(bytes(histogram(1f, 0f)));
    back.add(new float[] {300f}, 0, 1);

    assertThat(back).isEqualTo(histogram(0f, 1f, 300f));
  }

  @Test
  void truncatedBytesAreRefused() throws IOException {
    byte[] bytes = bytes(histogram(Samples.normal(100, 1)));
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] truncated = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(truncated)).isInstanceOf(EOFException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 12, 53, 57})
  void damagedBytesAreRefused(int position) throws IOException {
    byte[] bytes = bytes(histogram(Samples.normal(100, 1)));
    bytes[position] ^= 0x40;

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Expected a histogram");
  }

  private static void assertSame(Histogram found, Histogram expected) {
    assertThat(found).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(bytes(found)).isEqualTo(bytes(expected));
  }

  private static byte[] bytes(Histogram histogram) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      histogram.writeTo(new DataOutputStream(out));
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Histogram read(byte[] bytes) throws IOException {
    return Histogram.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  /** All values at hand, one division each. */
  private static final class NaiveHistogram {
    final float[] values;
    double range = 0x1p-90;
    long zeros;
    long negatives;
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;

    NaiveHistogram(float[] values) {
      this.values = values;
      for (float value : values) {
        while (Math.abs(value) >= range) {
          range *= 2;
        }
        if (value == 0) {
          zeros++;
        }
        if (value < 0) {
          negatives++;
        }
        if (value < min) {
          min = value;
        }
        if (value > max) {
          max = value;
        }
      }
    }

    long[] bins(double over) {
      long[] bins = new long[Histogram.BINS];
      for (float value : values) {
        double magnitude = Math.abs((double) value);
        if (magnitude > 0 && magnitude < over) {
          bins[(int) Math.floor(magnitude / (over / Histogram.BINS))]++;
        }
      }
      return bins;
    }

    long atOrAbove(double edge) {
      long above = 0;
      for (float value : values) {
        if (Math.abs(value) >= edge) {
          above++;
        }
      }
      return above;
    }
  }
}
