package io.github.calib8.histogram;

import java.util.Arrays;
import java.util.stream.IntStream;

/*
 * A slot is what a float's bits say, its exponent and the first fraction bits, less a constant: no table, no branch. The
 * bins of DyadicBins' blocks 1 and above are slots; block 0 is linear, so each of the octaves that it covers has more
 * slots than it has bins, and as many bins as the sum of neighbors gives. In front of them
 *
 *   slot  0        floats that must not be counted here
 *   slots 1 .. 8   zeros
 *   slot  9        magnitudes below block 0's second bin
 *
 * Once there are negative floats, they have as many slots behind these, but for slot 0.
 */
/** Counts of up to 2^31 - 1 floats, zeros among them, filled fast; not thread-safe. */
final class OctaveCounts {
  private static final int OCTAVE = DyadicBins.OCTAVE;
  private static final int OCTAVE_BITS = Integer.numberOfTrailingZeros(OCTAVE);
  private static final int MAGNITUDE = Integer.MAX_VALUE;

  /** Octaves within block 0, above its first bin. */
  private static final int LOW_OCTAVES = OCTAVE_BITS;

  private static final int OCTAVES = LOW_OCTAVES + DyadicBins.REFINEMENTS + 1;

  private static final int OUTSIDE = 0;

  /** Zeros take turns: to count up in one place waits for the last time. */
  private static final int ZEROS = 8;

  private static final int TINY = ZEROS + 1;
  private static final int FIRST = TINY + 1;
  private static final int SIZE = FIRST + OCTAVES * OCTAVE;

  /** How far below the tiny magnitudes' slot a zero is counted, by its place in the chunk. */
  private static final int[] ZERO_BELOW_TINY =
      IntStream.range(0, Chunk.CAPACITY).map(i -> ZEROS - i % ZEROS).toArray();

  private int[] slots = new int[SIZE];
  private int origin; // what a float's bits say of slot 0
  private int room = Integer.MAX_VALUE;

  /**
   * Creates empty counts.
   *
   * @param topExponent the biased exponent of the largest octave's floats
   */
  OctaveCounts(int topExponent) {
    origin = ((topExponent + 1 - OCTAVES) << OCTAVE_BITS) - FIRST;
  }

  boolean hasRoomFor(int n) {
    return n <= room;
  }

  /**
   * Counts floats of either sign, all of them or none.
   *
   * @param chunk the floats
   * @param positive the bits of the largest positive float to be counted, within the largest octave
   * @param negative those of the largest magnitude of a negative one; 0 if there may be none
   * @return whether they are counted: none was larger, NaN or infinite
   */
  boolean add(Chunk chunk, int positive, int negative) {
    int n = chunk.size();
    int[] at = chunk.slots();
    if (negative > 0 && slots.length == SIZE) {
      slots = Arrays.copyOf(slots, 2 * SIZE);
    }
    findSlots(chunk.bits(), at, n, positive, negative - positive);
    int[] to = slots;
    for (int i = 0; i < n; i++) {
      to[at[i]]++;
    }
    if (to[OUTSIDE] > 0) {
      for (int i = 0; i < n; i++) {
        to[at[i]]--;
      }
      return false;
    }
    room -= n;
    return true;
  }

  private void findSlots(int[] bits, int[] at, int n, int positive, int negativeMore) {
    int slot0 = origin;
    int behind = slots.length - SIZE;
    int[] below = ZERO_BELOW_TINY;
    for (int i = 0; i < n; i++) { // Math.min and max would keep the compiler from vectorizing
      int magnitude = bits[i] & MAGNITUDE;
      int slot = (magnitude >>> DyadicBins.FRACTION_BITS - OCTAVE_BITS) - slot0;
      int zero = magnitude - 1 >> 31; // all bits if it is, and so are the next ones
      int above = slot - TINY + (zero & below[i]);
      int sign = bits[i] >> 31;
      int outside = positive + (sign & negativeMore) - magnitude >> 31;
      at[i] = slot - (above & above >> 31) + (sign & behind) & ~outside;
    }
  }

  /** Makes room for larger magnitudes: the largest octave doubles a number of times. */
  void moveUp(int times) {
    int lost = Math.min(times, OCTAVES) * OCTAVE;
    for (int side = 0; side < slots.length; side += SIZE) {
      int first = side + FIRST;
      for (int i = first; i < first + lost; i++) {
        slots[side + TINY] += slots[i];
      }
      System.arraycopy(slots, first + lost, slots, first, SIZE - FIRST - lost);
      Arrays.fill(slots, side + SIZE - lost, side + SIZE, 0);
    }
    origin += times << OCTAVE_BITS;
  }

  long zeros() {
    long zeros = 0;
    for (int side = 0; side < slots.length; side += SIZE) {
      for (int i = 1; i <= ZEROS; i++) {
        zeros += slots[side + i];
      }
    }
    return zeros;
  }

  /** Returns whether there is anything but zeros. */
  boolean hasMagnitudes() {
    return hasAny(0) || hasNegatives();
  }

  boolean hasNegatives() {
    return slots.length > SIZE && hasAny(SIZE);
  }

  private boolean hasAny(int side) {
    return IntStream.range(side + TINY, side + SIZE).anyMatch(i -> slots[i] > 0);
  }

  /** Adds all counts but those of zeros, of either sign, to the bins of {@link DyadicBins}. */
  void addTo(long[] bins) {
    for (int side = 0; side < slots.length; side += SIZE) {
      addTo(bins, side);
    }
  }

  /** Likewise, of negative floats; there are some. */
  void addNegativesTo(long[] bins) {
    addTo(bins, SIZE);
  }

  private void addTo(long[] bins, int side) {
    bins[0] += slots[side + TINY];
    for (int octave = 0; octave < OCTAVES; octave++) {
      int shift = Math.max(LOW_OCTAVES - octave, 0);
      int offset = Math.max(octave - LOW_OCTAVES, 0) * OCTAVE;
      int from = side + FIRST + octave * OCTAVE;
      for (int i = 0; i < OCTAVE; i++) {
        bins[(OCTAVE + i >> shift) + offset] += slots[from + i];
      }
    }
  }
}
