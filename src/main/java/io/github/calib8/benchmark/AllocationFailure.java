package io.github.calib8.benchmark;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells errors for want of memory from others. */
final class AllocationFailure {
  /**
   * The engine has no code for it: its arena, its math library, C++ and CUDA each say it in words.
   */
  private static final Set<String> WORDS =
      ImmutableSet.of("Failed to allocate memory", "bad_alloc", "bad allocation", "out of memory");

  private AllocationFailure() {}

  static boolean isCauseOf(Throwable error) {
    return Throwables.getCausalChain(error).stream()
        .anyMatch(cause -> cause instanceof OutOfMemoryError || saysSo(cause.getMessage()));
  }

  private static boolean saysSo(@Nullable String message) {
    return message != null && WORDS.stream().anyMatch(message::contains);
  }
}
