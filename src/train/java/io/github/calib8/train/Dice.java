package io.github.calib8.train;

/**
 * Random numbers that are the same on every machine and Java version: SplitMix64 (Steele, Lea and
 * Flood, OOPSLA 2014). Not thread-safe.
 */
final class Dice {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  Dice(long seed) {
    this.state = seed;
  }

  /** Returns the generator of one item of a numbered series; items can be drawn in any order. */
  static Dice of(long seed, long item) {
    return new Dice(new Dice(seed * GOLDEN + item).nextLong());
  }

  /** Returns 64 random bits. */
  long nextLong() {
    state += GOLDEN;
    long z = state;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** Returns a uniform number in [low, high). */
  double between(double low, double high) {
    return low + (high - low) * ((nextLong() >>> 11) * 0x1p-53);
  }

  /** Returns a uniform integer in [0, bound). */
  int below(int bound) {
    return (int) between(0, bound);
  }

  /** Returns true with a probability. */
  boolean chance(double probability) {
    return between(0, 1) < probability;
  }

  /** Returns a number with mean 0 and variance 1: twelve uniform ones, nearly normal. */
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += between(0, 1);
    }
    return sum;
  }

  /** Puts an array into a random order. */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}
