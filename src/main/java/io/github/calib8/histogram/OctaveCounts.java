package io.github.calib8.histogram;

import java.util.Arrays;
import java.util.stream.IntStream;

/*
 * A slot is what a float's bits say, its exponent and the first fraction bits, less a constant: no table, no branch. The
 * bins of DyadicBins' blocks 1 and above are slots; block 0 is linear, so each of the octaves that it covers has more
 * slots than it has bins, and as many bins as the sum of neighbors gives. Magnitudes below block 0's second bin, and
 * zeros, share the first slots.
 */
/** Counts of up to 2^31 - 1 magnitudes, filled fast; not thread-safe. */
final class OctaveCounts {
  private static final int OCTAVE = DyadicBins.OCTAVE;
  private static final int OCTAVE_BITS = Integer.numberOfTrailingZeros(OCTAVE);

  /** Octaves within block 0, above its first bin. */
  private static final int LOW_OCTAVES = OCTAVE_BITS;

  private static final int OCTAVES = LOW_OCTAVES + DyadicBins.REFINEMENTS + 1;

  /** Slots that share the zeros: to count up in one place waits for the last time. */
  private static final int LANES = 8;

  private static final int SIZE = LANES + OCTAVES * OCTAVE;

  /** The lanes in turn. */
  private static final int[] LANE_OF =
      IntStream.range(0, FloatBits.CAPACITY).map(i -> i % LANES).toArray();

  private final int[] slots = new int[SIZE];
  private int first; // what a float's bits say of slot 0
  private int room = Integer.MAX_VALUE;

  /**
   * Creates empty counts.
   *
   * @param topExponent the biased exponent of the largest octave's floats
   */
  OctaveCounts(int topExponent) {
    first = ((topExponent + 1 - OCTAVES) << OCTAVE_BITS) - LANES;
  }

  boolean hasRoomFor(int n) {
    return n <= room;
  }

  /**
   * Adds floats of either sign, given as their bits.
   *
   * @param bits floats of at most the largest octave in the first {@code n} places, {@value
   *     FloatBits#CAPACITY} or fewer; overwritten
   * @param zeros how many of them are zero, and so not counted
   */
  void add(int[] bits, int n, int zeros) {
    room -= n;
    int origin = first;
    int[] lanes = LANE_OF;
    for (int i = 0; i < n; i++) { // a loop of its own, without Math.max: the compiler vectorizes it
      int slot = (bits[i] << 1 >>> DyadicBins.FRACTION_BITS + 1 - OCTAVE_BITS) - origin;
      int above = slot - lanes[i];
      bits[i] = slot - (above & above >> 31);
    }
    int[] to = slots;
    for (int i = 0; i < n; i++) {
      to[bits[i]]++;
    }
    to[0] -= zeros;
  }

  /** Makes room for larger magnitudes: the largest octave doubles a number of times. */
  void moveUp(int times) {
    int lost = Math.min(times, OCTAVES) * OCTAVE;
    for (int i = LANES; i < LANES + lost; i++) {
      slots[0] += slots[i];
    }
    System.arraycopy(slots, LANES + lost, slots, LANES, SIZE - LANES - lost);
    Arrays.fill(slots, SIZE - lost, SIZE, 0);
    first += times << OCTAVE_BITS;
  }

  /** Adds all counts to the bins of {@link DyadicBins} for the same largest octave. */
  void addTo(long[] bins) {
    for (int lane = 0; lane < LANES; lane++) {
      bins[0] += slots[lane];
    }
    for (int octave = 0; octave < OCTAVES; octave++) {
      int shift = Math.max(LOW_OCTAVES - octave, 0);
      int offset = Math.max(octave - LOW_OCTAVES, 0) * OCTAVE;
      int from = LANES + octave * OCTAVE;
      for (int i = 0; i < OCTAVE; i++) {
        bins[(OCTAVE + i >> shift) + offset] += slots[from + i];
      }
    }
  }
}
