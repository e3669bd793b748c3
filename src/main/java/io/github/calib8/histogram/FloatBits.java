package io.github.calib8.histogram;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Copies floats in bulk to where their bits are an array of integers, whose loops the compiler
 * vectorizes.
 *
 * <p>Memory that each thread uses again: it stays in the cache, and a calibration makes no garbage.
 */
final class FloatBits {
  /** How many floats fit; 16 KiB of them, and of bits, fit in the first-level cache. */
  static final int CAPACITY = 4096;

  private static final ThreadLocal<FloatBits> OF_THREAD = ThreadLocal.withInitial(FloatBits::new);

  private final ByteBuffer memory =
      ByteBuffer.allocate(CAPACITY * Float.BYTES).order(ByteOrder.nativeOrder());
  private final FloatBuffer floats = memory.asFloatBuffer();
  private final IntBuffer ints = memory.asIntBuffer();
  private final int[] bits = new int[CAPACITY];

  private FloatBits() {}

  static FloatBits ofThread() {
    return OF_THREAD.get();
  }

  /**
   * Takes the remaining floats of a buffer.
   *
   * @param source at most {@link #CAPACITY}
   * @return their bits in its first places; valid until the next call, and the caller may overwrite
   *     them
   */
  int[] take(FloatBuffer source) {
    int n = source.remaining();
    floats.clear().put(source);
    ints.clear().get(bits, 0, n);
    return bits;
  }
}
