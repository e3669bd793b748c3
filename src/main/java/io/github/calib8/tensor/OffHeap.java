package io.github.calib8.tensor;

import io.github.calib8.work.Internal;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/*
 * Java's direct buffers are freed by the garbage collector, which sees a few bytes of heap where there are megabytes
 * outside it, and so may come late. Up to Java 21, sun.misc.Unsafe frees them at once; from 22 on, java.lang.foreign does,
 * and the other is warned of or denied. The compiler warns of it without a way to silence it, hence reflection; where it is
 * missing, the garbage collector frees them after all.
 */
/** Memory outside the Java heap that is given back when it is said, not when it is collected. */
@Internal
public final class OffHeap {
  private static final boolean HAS_ARENAS = Runtime.version().feature() >= Arenas.JAVA;

  private static final @Nullable Object UNSAFE;
  private static final @Nullable Method INVOKE_CLEANER;

  static {
    Object unsafe = null;
    Method cleaner = null;
    try {
      if (!HAS_ARENAS) {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field instance = type.getDeclaredField("theUnsafe");
        instance.setAccessible(true);
        unsafe = instance.get(null);
        cleaner = type.getMethod("invokeCleaner", ByteBuffer.class);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      // The garbage collector is there.
    }
    UNSAFE = unsafe;
    INVOKE_CLEANER = cleaner;
  }

  private OffHeap() {}

  /**
   * Allocates.
   *
   * @param bytes how many
   * @return zeros, in this processor's byte order
   */
  public static ByteBuffer allocate(int bytes) {
    ByteBuffer memory = HAS_ARENAS ? Arenas.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
    return memory.order(ByteOrder.nativeOrder());
  }

  /**
   * Frees.
   *
   * @param memory what {@link #allocate} gave; nobody may use it, or a view of it, any more
   */
  public static void free(ByteBuffer memory) {
    if (HAS_ARENAS) {
      Arenas.free(memory);
    }
    if (INVOKE_CLEANER == null) {
      return;
    }
    try {
      INVOKE_CLEANER.invoke(UNSAFE, memory);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Expected a buffer of its own memory, found " + memory, e);
    }
  }
}
