package io.github.calib8.histogram;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/*
 * Whatever is done to all values is a loop from arrays to arrays, element by element and with sums for each place:
 * compilers vectorize these, while that of JDK 17 adds up a sum over all elements step by step.
 */
/**
 * A few floats, as bits in an array whose loops the compiler vectorizes.
 *
 * <p>Memory that each thread uses again: it stays in the cache, and a calibration makes no garbage.
 */
final class Chunk {
  /**
   * How many floats fit: these, and what is made of them, leave most of the first cache to counts.
   */
  static final int CAPACITY = 512;

  private static final int SIGN = Integer.MIN_VALUE;
  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
  private static final ThreadLocal<Chunk> OF_THREAD = ThreadLocal.withInitial(Chunk::new);

  private final ByteBuffer memory =
      ByteBuffer.allocate(CAPACITY * Float.BYTES).order(ByteOrder.nativeOrder());
  private final FloatBuffer floats = memory.asFloatBuffer();
  private final IntBuffer ints = memory.asIntBuffer();
  private final int[] bits = new int[CAPACITY];
  private final int[] slots = new int[CAPACITY];
  private int size;

  private Chunk() {}

  static Chunk ofThread() {
    return OF_THREAD.get();
  }

  /**
   * Takes floats from a buffer, as many as there are and fit.
   *
   * @param source its position moves behind them
   */
  void take(FloatBuffer source) {
    int end = source.limit();
    size = Math.min(CAPACITY, source.remaining());
    source.limit(source.position() + size);
    floats.clear().put(source);
    ints.clear().get(bits, 0, size);
    source.limit(end);
  }

  int size() {
    return size;
  }

  /** The floats' bits in the first places. */
  int[] bits() {
    return bits;
  }

  /** As many places for whoever finds out where each float is counted. */
  int[] slots() {
    return slots;
  }

  /** Removes what is not finite; returns how many NaN there were. */
  int removeNonFinite() {
    int finite = 0;
    int nans = 0;
    for (int i = 0; i < size; i++) {
      int magnitude = bits[i] & ~SIGN;
      if (magnitude < INFINITY) {
        bits[finite++] = bits[i];
      } else if (magnitude > INFINITY) {
        nans++;
      }
    }
    size = finite;
    return nans;
  }
}
