package io.github.calib8.histogram;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * The range is [0, 2^exponent). With M = 2^(exponent - REFINEMENTS - 1), the bins are
 *
 *   block 0       [0, M)                 2048 bins of width M/2048
 *   block b >= 1  [2^(b-1) M, 2^b M)     2048 bins of width 2^(b-1) M/2048     b = 1 .. REFINEMENTS + 1
 *
 * that is what a float's exponent and its first 11 fraction bits say, like the subnormal and normal numbers of a tiny
 * floating-point format. Blocks 0 and 1 together are a linear histogram of 4096 bins over the finest range 2M.
 * Doubling the range adds pairs of those 4096 into a new block 0, moves the others down by one block and leaves the last
 * one empty: all edges are dyadic, so no count is ever split, and after every doubling the first 4096 bins are again a
 * linear histogram, over twice the range. Hence each of the ranges 2^exponent / 2^k, k = 0 .. REFINEMENTS, has its exact
 * linear 4096-bin histogram in here, and the finer ones see past outliers that would collapse the coarsest.
 */
/** Counts of magnitudes in bins with dyadic edges; not thread-safe. */
final class DyadicBins {
  /** How many times the range can be halved and still be seen with all bins. */
  static final int REFINEMENTS = 8;

  /**
   * Smallest exponent of the range. Keeps M far above the subnormal numbers, which have no implicit
   * leading bit; a tensor whose largest magnitude is below 2^-90 is as good as zero.
   */
  static final int MIN_EXPONENT = -90;

  /** Largest exponent of the range: 2^128 is above every float. */
  static final int MAX_EXPONENT = 128;

  /** Number of bins in a block. */
  static final int OCTAVE = Histogram.BINS / 2;

  /** Number of bins. */
  static final int SIZE = (REFINEMENTS + 2) * OCTAVE;

  /** Number of fraction bits of a float. */
  static final int FRACTION_BITS = 23;

  private static final int EXPONENT_BIAS = 127;
  private static final long[] NONE = {};

  private int exponent = MIN_EXPONENT;
  private long zeros;
  private long[] counts = NONE; // SIZE bins, from the first merge or settlement on
  private long[] negativeCounts =
      NONE; // likewise, of negative values; NONE as long as there is none
  private @Nullable OctaveCounts recent; // what is not in zeros and counts yet

  DyadicBins() {}

  /**
   * Takes counts as {@link #counts} and {@link #negativeCounts} give them, which are its own then.
   */
  DyadicBins(int exponent, long zeros, long[] counts, long[] negativeCounts) {
    this.exponent = exponent;
    this.zeros = zeros;
    this.counts = counts;
    this.negativeCounts = negativeCounts;
  }

  int exponent() {
    return exponent;
  }

  double range() {
    return Math.scalb(1.0, exponent);
  }

  /** Returns the number of zeros, which are in no bin. */
  long zeros() {
    return recent == null ? zeros : zeros + recent.zeros();
  }

  /** Returns a copy of all bins, of either sign; none if nothing but zeros was added. */
  long[] counts() {
    if (recent == null || !recent.hasMagnitudes()) {
      return counts.clone();
    }
    long[] all = counts.length == 0 ? new long[SIZE] : counts.clone();
    recent.addTo(all);
    return all;
  }

  /** Returns a copy of all bins of negative values; none if there is no such value. */
  long[] negativeCounts() {
    if (recent == null || !recent.hasNegatives()) {
      return negativeCounts.clone();
    }
    long[] all = negativeCounts.length == 0 ? new long[SIZE] : negativeCounts.clone();
    recent.addNegativesTo(all);
    return all;
  }

  /** Returns the bins of the values of one sign alone, as magnitudes; never none. */
  DyadicBins side(boolean isNegative) {
    long[] negatives = Arrays.copyOf(negativeCounts(), SIZE);
    if (isNegative) {
      return new DyadicBins(exponent, 0, negatives, NONE);
    }
    long[] positives = Arrays.copyOf(counts(), SIZE);
    for (int i = 0; i < SIZE; i++) {
      positives[i] -= negatives[i];
    }
    return new DyadicBins(exponent, 0, positives, NONE);
  }

  /**
   * Adds floats of either sign, all of them or none.
   *
   * @param chunk the floats
   * @param positive the bits of the largest positive float so far, 0 if there was none
   * @param negative those of the largest magnitude of a negative float so far, 0 if there was none
   * @return whether they are added: none was larger, NaN or infinite
   */
  boolean add(Chunk chunk, int positive, int negative) {
    growTo(exponentAbove(Math.max(positive, negative)));
    if (recent != null && !recent.hasRoomFor(chunk.size())) {
      settle();
    }
    if (recent == null) {
      recent = new OctaveCounts(EXPONENT_BIAS + exponent - 1);
    }
    return recent.add(chunk, positive, negative);
  }

  /** Moves the recent counts to where there is room for any number. */
  void settle() {
    counts = counts();
    negativeCounts = negativeCounts();
    zeros = zeros();
    recent = null;
  }

  void merge(DyadicBins other) {
    growTo(other.exponent);
    zeros += other.zeros();
    int times = exponent - other.exponent;
    boolean isSettled = other.recent == null && times == 0;
    counts = sum(counts, isSettled ? other.counts : doubled(other.counts(), times));
    negativeCounts =
        sum(
            negativeCounts,
            isSettled ? other.negativeCounts : doubled(other.negativeCounts(), times));
  }

  private static long[] doubled(long[] counts, int times) {
    doubleRange(counts, times);
    return counts;
  }

  /** Adds counts to others of the same range, which may change. */
  private static long[] sum(long[] counts, long[] added) {
    if (counts.length == 0) {
      return added.clone();
    }
    for (int i = 0; i < added.length; i++) {
      counts[i] += added[i];
    }
    return counts;
  }

  /**
   * Returns the linear histogram over the range halved a number of times.
   *
   * @param refinement 0 to {@link #REFINEMENTS}
   */
  LinearBins linear(int refinement) {
    double range = Math.scalb(1.0, exponent - refinement);
    long[] folded = counts();
    if (folded.length == 0) {
      return new LinearBins(range, new long[Histogram.BINS], 0);
    }
    doubleRange(folded, REFINEMENTS - refinement);
    long beyond = 0;
    for (int i = Histogram.BINS; i < SIZE; i++) {
      beyond += folded[i];
    }
    return new LinearBins(range, Arrays.copyOf(folded, Histogram.BINS), beyond);
  }

  /** Returns the bin of a magnitude in (0, range); those a float cannot hold exactly as well. */
  int bin(double magnitude) {
    int block = Math.max(Math.getExponent(magnitude) - exponent + REFINEMENTS + 2, 0);
    double width = width(block * OCTAVE);
    return (int) (magnitude / width) + Math.max(block - 1, 0) * OCTAVE;
  }

  /** Returns the lower edge of a bin. */
  double lowerEdge(int bin) {
    int block = bin / OCTAVE;
    int position = block == 0 ? bin : OCTAVE + bin % OCTAVE;
    return position * width(bin);
  }

  /** Returns the width of a bin. */
  double width(int bin) {
    int block = Math.max(bin / OCTAVE, 1);
    return Math.scalb(1.0, exponent - REFINEMENTS + block - 1) / Histogram.BINS;
  }

  private static int exponentAbove(int magnitudeBits) {
    int above = (magnitudeBits >>> FRACTION_BITS) - EXPONENT_BIAS + 1;
    return Math.max(above, MIN_EXPONENT);
  }

  private void growTo(int newExponent) {
    if (newExponent > exponent) {
      doubleRange(counts, newExponent - exponent);
      doubleRange(negativeCounts, newExponent - exponent);
      if (recent != null) {
        recent.moveUp(newExponent - exponent);
      }
      exponent = newExponent;
    }
  }

  /** Doubles the range of counts, in place. */
  private static void doubleRange(long[] counts, int times) {
    if (counts.length == 0) {
      return;
    }
    for (int time = 0; time < times; time++) {
      for (int i = 0; i < OCTAVE; i++) {
        counts[i] = counts[2 * i] + counts[2 * i + 1];
      }
      System.arraycopy(counts, 2 * OCTAVE, counts, OCTAVE, SIZE - 2 * OCTAVE);
      Arrays.fill(counts, SIZE - OCTAVE, SIZE, 0);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DyadicBins that
        && exponent == that.exponent
        && zeros() == that.zeros()
        && Arrays.equals(counts(), that.counts())
        && Arrays.equals(negativeCounts(), that.negativeCounts());
  }

  @Override
  public int hashCode() {
    return Objects.hash(exponent, zeros(), Arrays.hashCode(counts()));
  }
}
