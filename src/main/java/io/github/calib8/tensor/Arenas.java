package io.github.calib8.tensor;

import com.google.common.base.Throwables;
import com.google.common.collect.MapMaker;
import java.lang.ref.Cleaner;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Map;

/*
 * The compiler for Java 17 does not know java.lang.foreign, hence reflection.
 */
/** Memory of {@code java.lang.foreign}; what nobody frees, the garbage collector does. */
final class Arenas {
  /** The first version that has it for good. */
  static final int JAVA = 22;

  private static final long ALIGNMENT = 64;
  private static final Cleaner CLEANER = Cleaner.create();
  private static final Map<ByteBuffer, Cleaner.Cleanable> OPEN =
      new MapMaker().weakKeys().makeMap();
  private static final Method OPEN_ARENA;
  private static final Method ALLOCATE;
  private static final Method AS_BUFFER;

  static {
    try {
      Class<?> arena = Class.forName("java.lang.foreign.Arena");
      OPEN_ARENA = arena.getMethod("ofShared");
      ALLOCATE = arena.getMethod("allocate", long.class, long.class);
      AS_BUFFER = Class.forName("java.lang.foreign.MemorySegment").getMethod("asByteBuffer");
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Expected java.lang.foreign from Java " + JAVA + " on", e);
    }
  }

  private Arenas() {}

  /** Nothing of it may refer to the buffer, which would never be collected. */
  private record Closing(AutoCloseable arena) implements Runnable {
    @Override
    public void run() {
      try {
        arena.close();
      } catch (Exception e) {
        throw new IllegalStateException("Expected memory that nobody uses, found some in use", e);
      }
    }
  }

  static ByteBuffer allocate(int bytes) {
    try {
      AutoCloseable arena = (AutoCloseable) OPEN_ARENA.invoke(null);
      ByteBuffer memory = (ByteBuffer) AS_BUFFER.invoke(ALLOCATE.invoke(arena, bytes, ALIGNMENT));
      OPEN.put(memory, CLEANER.register(memory, new Closing(arena)));
      return memory;
    } catch (InvocationTargetException e) {
      Throwables.throwIfUnchecked(e.getTargetException());
      throw new IllegalStateException(e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How much is open. */
  static long bytes() {
    return OPEN.keySet().stream().mapToLong(ByteBuffer::capacity).sum();
  }

  static void free(ByteBuffer memory) {
    Cleaner.Cleanable open = OPEN.remove(memory);
    if (open != null) {
      open.clean();
    }
  }
}
