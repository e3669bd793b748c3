package io.github.calib8.histogram;

import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Accumulates the values of a tensor, of any shape, in one pass and constant memory (160 KiB, or
 * twice that; as much again where there are negative values): exact counts and extremes, and a
 * histogram of the magnitudes of either sign.
 *
 * <p>The state depends on the multiset of values alone: not on their order, on how they were cut
 * into {@code add} calls, or on how partial histograms were merged. Two histograms of the same
 * values are equal and have the same bytes.
 *
 * <p>The histogram has {@link #BINS} bins of equal width over [0, {@link #range()}), where the
 * range is the smallest power of two strictly greater than every magnitude, and at least
 * 2<sup>-90</sup>. Exact zeros (of either sign) are counted apart and never binned; so are NaN and
 * infinities. Subnormal numbers are ordinary magnitudes.
 *
 * <p>Where a few outliers stretch the range so far that the {@linkplain #isCollapsed() magnitudes
 * collapse} into few bins, the searches use the finer bins that the histogram keeps for this.
 *
 * <p>Not thread-safe: give each thread its own and {@link #merge} them.
 */
public final class Histogram {
  /** Number of bins. */
  public static final int BINS = 4096;

  /** Integers of 8 bits hold 7 octaves: what is 100 times smaller is all but rounded to zero. */
  private static final int OUTLIER_FACTOR = 100;

  private static final double OUTLIER_SHARE = 1e-4;

  /** Values are taken to be evenly spread within a bin, which costs one value a part of itself. */
  private static final double ONE_AND_ITS_BIN = 1.5;

  /** Chosen by measurement: docs/decisions/0060. */
  static final double ASYMMETRY_BOUND = 1.5;

  private static final int SIGN = Integer.MIN_VALUE;
  private static final int EMPTY_LOWEST = Integer.MAX_VALUE;
  private static final int EMPTY_HIGHEST = Integer.MIN_VALUE;

  private long count;
  private long unbinnedNegatives; // negative values whose magnitudes are among those of either sign
  private long nans;
  private long infinities;
  // Extremes of the finite values, as keys: see key(int).
  private int lowest = EMPTY_LOWEST;
  private int highest = EMPTY_HIGHEST;
  private final DyadicBins magnitudes;

  /** Creates an empty histogram. */
  public Histogram() {
    magnitudes = new DyadicBins();
  }

  private Histogram(DyadicBins magnitudes) {
    this.magnitudes = magnitudes;
  }

  /**
   * Adds the remaining values of a buffer, whose position does not change.
   *
   * @param values any values, direct or on the heap
   */
  public void add(FloatBuffer values) {
    FloatBuffer source = values.duplicate();
    Chunk chunk = Chunk.ofThread();
    while (source.hasRemaining()) {
      chunk.take(source);
      add(chunk);
    }
  }

  /**
   * Adds a range of an array.
   *
   * @param values any values
   * @param from the first index
   * @param to the index after the last
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public void add(float[] values, int from, int to) {
    Objects.checkFromToIndex(from, to, values.length);
    add(FloatBuffer.wrap(values, from, to - from));
  }

  private void add(Chunk chunk) {
    count += chunk.size();
    if (!addToMagnitudes(chunk)) {
      removeNonFinite(chunk);
      extend(chunk);
      addToMagnitudes(chunk);
    } else if (lowest > 0 || highest < 0) {
      extend(chunk); // Without zero between the extremes, a smaller magnitude may be one as well.
    }
  }

  private boolean addToMagnitudes(Chunk chunk) {
    return magnitudes.add(chunk, Math.max(highest, 0), magnitude(Math.min(lowest, 0)));
  }

  private void removeNonFinite(Chunk chunk) {
    int all = chunk.size();
    int newNans = chunk.removeNonFinite();
    nans += newNans;
    infinities += all - chunk.size() - newNans;
  }

  /** Widens the extremes. */
  private void extend(Chunk chunk) {
    int[] bits = chunk.bits();
    int low = lowest;
    int high = highest;
    for (int i = 0; i < chunk.size(); i++) {
      int key = bits[i] == SIGN ? 0 : key(bits[i]);
      if (key < low) { // rare, so predicted; Math.min would wait for the one before
        low = key;
      }
      if (key > high) {
        high = key;
      }
    }
    lowest = low;
    highest = high;
  }

  /** Maps a float's bits to an integer of the same order: ..., -0, +0, ... Its own inverse. */
  private static int key(int bits) {
    return bits ^ (bits >> 31 >>> 1);
  }

  private static int magnitude(int key) {
    return key(key) & ~SIGN;
  }

  /**
   * Adds what another histogram holds, as if its values had been added here.
   *
   * @param other the other histogram, which does not change
   */
  public void merge(Histogram other) {
    if (other == this) {
      merge(other.copy());
      return;
    }
    count += other.count;
    unbinnedNegatives += other.unbinnedNegatives;
    nans += other.nans;
    infinities += other.infinities;
    lowest = Math.min(lowest, other.lowest);
    highest = Math.max(highest, other.highest);
    magnitudes.merge(other.magnitudes);
  }

  /** Returns an independent copy. */
  public Histogram copy() {
    Histogram copy = new Histogram();
    copy.merge(this);
    return copy;
  }

  /** Returns the number of values added: finite ones, NaN and infinities. */
  public long count() {
    return count;
  }

  /** Returns the number of values equal to zero, of either sign. */
  public long zeros() {
    return magnitudes.zeros();
  }

  /** Returns the number of finite values below zero. */
  public long negatives() {
    return unbinnedNegatives + Arrays.stream(magnitudes.negativeCounts()).sum();
  }

  /**
   * Returns whether negative values have bins of their own. Those that an earlier release wrote
   * have none.
   */
  boolean hasSides() {
    return unbinnedNegatives == 0;
  }

  /** Returns the number of NaN. */
  public long nans() {
    return nans;
  }

  /** Returns the number of infinities, of either sign. */
  public long infinities() {
    return infinities;
  }

  /** Returns the number of values in the bins: finite and not zero. */
  public long nonZeros() {
    return count - zeros() - nans - infinities;
  }

  /** Returns the smallest finite value, or NaN if there is none; never -0. */
  public float min() {
    return extreme(lowest);
  }

  /** Returns the largest finite value, or NaN if there is none; never -0. */
  public float max() {
    return extreme(highest);
  }

  private float extreme(int key) {
    return hasFinite() ? Float.intBitsToFloat(key(key)) + 0f : Float.NaN;
  }

  private boolean hasFinite() {
    return count > nans + infinities;
  }

  /** Returns the largest finite magnitude, or 0 if there is none. */
  public double maxAbs() {
    return hasFinite() ? Float.intBitsToFloat(Math.max(magnitude(lowest), magnitude(highest))) : 0;
  }

  /** Returns how far the extremes are apart, zero among them; 0 if there is no finite value. */
  double span() {
    return hasFinite() ? Math.max(0, (double) max()) - Math.min(0, (double) min()) : 0;
  }

  /** Returns the end of the last bin, a power of two. */
  public double range() {
    return magnitudes.range();
  }

  /** Returns a copy of the {@link #BINS} counts of magnitudes, over [0, {@link #range()}). */
  public long[] bins() {
    return magnitudes.linear(0).counts();
  }

  /**
   * Returns whether outliers stretch the range so far that 99.9 % of the magnitudes other than zero
   * fall into the first 256 bins.
   */
  public boolean isCollapsed() {
    return magnitudes.linear(0).isCollapsed();
  }

  /**
   * Returns the linear bins that a search works on: those of {@link #bins()}, or where these
   * collapse, those over the largest halved range on which the magnitudes do not, or the smallest
   * range there is.
   */
  LinearBins searchBins() {
    return magnitudes.linear(refinement());
  }

  /** Returns those of the values of one sign, over the same range. */
  LinearBins searchBins(boolean isNegative) {
    return magnitudes.side(isNegative).linear(refinement());
  }

  private int refinement() {
    int refinement = 0;
    while (refinement < DyadicBins.REFINEMENTS && magnitudes.linear(refinement).isCollapsed()) {
      refinement++;
    }
    return refinement;
  }

  /** Returns all bins, which the caller does not change. */
  DyadicBins magnitudes() {
    return magnitudes;
  }

  /**
   * Returns the share of finite values, zeros included, whose magnitude exceeds a threshold; values
   * are taken to be evenly spread within a bin.
   *
   * @param threshold a magnitude
   */
  public double fractionAbove(double threshold) {
    long finite = count - nans - infinities;
    if (finite == 0 || threshold >= maxAbs()) {
      return 0;
    }
    return beyond(magnitudes.counts(), threshold) / finite;
  }

  /**
   * Returns the share of finite values, zeros included, that are below what the smallest integer
   * stands for or above what the largest does; values are taken to be evenly spread within a bin.
   *
   * @param parameters those of a range with zero in between
   */
  public double fractionBeyond(QuantizationParameters parameters) {
    long finite = count - nans - infinities;
    double beyond = beyond(true, -parameters.low(), -(double) min());
    beyond += beyond(false, parameters.high(), max());
    return finite == 0 ? 0 : beyond / finite;
  }

  private double beyond(boolean isNegative, double threshold, double largest) {
    return threshold >= largest ? 0 : beyond(magnitudes.side(isNegative).counts(), threshold);
  }

  private double beyond(long[] counts, double threshold) {
    double above = 0;
    for (int i = counts.length - 1; i >= 0; i--) {
      double edge = magnitudes.lowerEdge(i);
      double width = magnitudes.width(i);
      if (edge + width <= threshold) {
        break;
      }
      above += counts[i] * Math.min(1, (edge + width - threshold) / width);
    }
    return above;
  }

  /**
   * Returns the magnitude that a share of the finite values, zeros included, does not exceed;
   * values are taken to be evenly spread within a bin.
   *
   * @param share above 0, at most 1; not checked
   * @return the magnitude; 0 where zeros alone are as many, or there is no value
   */
  public double quantile(double share) {
    double kept = share * (zeros() + nonZeros());
    double below = zeros();
    if (kept <= below) {
      return 0;
    }
    long[] counts = magnitudes.counts();
    for (int i = 0; i < counts.length; i++) {
      if (below + counts[i] >= kept) {
        double part = (kept - below) / counts[i];
        return Math.min(magnitudes.lowerEdge(i) + part * magnitudes.width(i), maxAbs());
      }
      below += counts[i];
    }
    return maxAbs();
  }

  /**
   * Returns the magnitude that all values of one sign but a number of them do not exceed; values
   * are taken to be evenly spread within a bin.
   *
   * @param beyond how many may exceed it
   * @return the magnitude; 0 where there are no more than that
   */
  double quantile(boolean isNegative, double beyond) {
    long[] counts = magnitudes.side(isNegative).counts();
    double left = beyond;
    for (int i = counts.length - 1; i >= 0; i--) {
      if (counts[i] > left) {
        double magnitude = magnitudes.lowerEdge(i) + (1 - left / counts[i]) * magnitudes.width(i);
        return Math.min(magnitude, isNegative ? -(double) min() : max());
      }
      left -= counts[i];
    }
    return 0;
  }

  /**
   * Returns whether there are values to choose a range for: some below zero, and not all the same.
   */
  boolean hasTwoSides() {
    return hasSides() && lowest < 0 && lowest != highest;
  }

  /**
   * Returns whether 8 bits represent these values clearly better with zero where they have it than
   * with as many integers above zero as below: whether the least squared error with a zero point of
   * any value, times {@value #ASYMMETRY_BOUND}, is no more than the least with a symmetric range.
   *
   * @return false where there is no negative value, no two values differ, or they differ by more
   *     than float32 reaches, and of statistics that an earlier release saved with negative values
   *     in them, which do not tell the signs apart
   */
  public boolean isAsymmetric() {
    if (!hasTwoSides() || max() - min() > Float.MAX_VALUE) {
      return false;
    }
    double symmetric = SquaredErrors.of(this, IntegerType.INT8).least().error();
    return TwoSidedErrors.of(this).least().error() * ASYMMETRY_BOUND <= symmetric;
  }

  /** Returns what 99.9 % of the values do not exceed, or all but two where those are fewer. */
  public double usual() {
    double count = zeros() + nonZeros();
    return quantile(Math.min(.999, 1 - 2 / count));
  }

  /**
   * Returns whether a handful of values decides the range: fewer than one in ten thousand, or one
   * alone, are within a factor of 100 of the largest.
   *
   * @return false for fewer than 100 values other than zero
   */
  public boolean hasOutliers() {
    long finite = zeros() + nonZeros();
    double near = finite * fractionAbove(maxAbs() / OUTLIER_FACTOR);
    return nonZeros() >= OUTLIER_FACTOR
        && near <= Math.max(ONE_AND_ITS_BIN, nonZeros() * OUTLIER_SHARE);
  }

  /**
   * Returns what quantizing with a threshold costs these values.
   *
   * @param threshold the largest magnitude that is represented, above 0
   * @param type the integers that the threshold is the largest of
   * @return empty if there is no value other than zero
   */
  public Optional<QuantizationError> quantizationError(double threshold, IntegerType type) {
    if (nonZeros() == 0) {
      return Optional.empty();
    }
    SquaredErrors errors = SquaredErrors.of(this, type);
    return Optional.of(
        error(
            errors.at(threshold),
            errors.least().error(),
            errors.clipping(threshold),
            errors.signal()));
  }

  /**
   * Returns what quantizing with a scale and zero point costs these values.
   *
   * @param parameters those of a threshold, or of a range with zero in between
   * @return empty if there is no value other than zero
   */
  public Optional<QuantizationError> quantizationError(QuantizationParameters parameters) {
    if (nonZeros() == 0) {
      return Optional.empty();
    }
    TwoSidedErrors errors = TwoSidedErrors.of(this);
    return Optional.of(
        error(
            errors.at(parameters.scale(), parameters.zeroPoint()),
            errors.least().error(),
            errors.clipping(ClippingRange.of(parameters.scale(), parameters.zeroPoint())),
            errors.signal()));
  }

  private static QuantizationError error(
      double noise, double least, double clipping, double signal) {
    // Values evenly spread within each bin are never all on a level: the noise is above zero.
    double positive = Math.max(noise, Double.MIN_NORMAL);
    return new QuantizationError(
        10 * Math.log10(signal / positive),
        positive / Math.max(least, Double.MIN_NORMAL),
        Math.min(1, clipping / signal));
  }

  /**
   * Writes the state; equal histograms give the same bytes.
   *
   * @param out where to write
   * @throws IOException if {@code out} fails
   */
  public void writeTo(DataOutput out) throws IOException {
    HistogramFormat.write(this, out);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param in where to read
   * @throws IOException if {@code in} fails or ends, or holds something else
   */
  public static Histogram readFrom(DataInput in) throws IOException {
    return HistogramFormat.read(in);
  }

  /** Returns the extremes as {@link #of} takes them. */
  int lowestKey() {
    return lowest;
  }

  /** Returns the extremes as {@link #of} takes them. */
  int highestKey() {
    return highest;
  }

  static Histogram of(
      long count,
      long unbinnedNegatives,
      long nans,
      long infinities,
      int lowestKey,
      int highestKey,
      DyadicBins magnitudes) {
    Histogram histogram = new Histogram(magnitudes);
    histogram.count = count;
    histogram.unbinnedNegatives = unbinnedNegatives;
    histogram.nans = nans;
    histogram.infinities = infinities;
    histogram.lowest = lowestKey;
    histogram.highest = highestKey;
    return histogram;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram that
        && count == that.count
        && unbinnedNegatives == that.unbinnedNegatives
        && nans == that.nans
        && infinities == that.infinities
        && lowest == that.lowest
        && highest == that.highest
        && magnitudes.equals(that.magnitudes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(count, unbinnedNegatives, nans, infinities, lowest, highest, magnitudes);
  }

  @Override
  public String toString() {
    return "Histogram[count=%s, zeros=%s, negatives=%s, nans=%s, infinities=%s, min=%s, max=%s]"
        .formatted(count, zeros(), negatives(), nans, infinities, min(), max());
  }
}
