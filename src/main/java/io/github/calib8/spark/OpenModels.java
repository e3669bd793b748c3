package io.github.calib8.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The models that this executor has open and no task uses: the next task of the same job takes
 * them. Those of other jobs are closed when a task opens new ones, and all after a minute.
 *
 * <p>Safe for use by several threads.
 */
final class OpenModels {
  private static final long IDLE_SECONDS = 60;

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(IDLE_SECONDS, TimeUnit.SECONDS);

  private static final Deque<Idle> IDLE = new ArrayDeque<>();

  private OpenModels() {}

  private record Idle(Object key, Runnable close, Object models) {}

  /**
   * Does work with open models.
   *
   * @param key equal for equal models and options
   * @param open opens them, if none are idle
   * @param close closes them
   * @param work uses them, and nobody else does at the time
   */
  static <T, R> R use(
      Object key, Class<T> type, Supplier<T> open, Consumer<T> close, Function<T, R> work) {
    T taken = type.cast(take(key));
    if (taken == null) {
      close(idle -> !idle.key.equals(key));
    }
    T models = taken == null ? open.get() : taken;
    R result;
    try {
      result = work.apply(models);
    } catch (RuntimeException | Error e) {
      close.accept(models);
      throw e;
    }
    Idle idle = new Idle(key, () -> close.accept(models), models);
    synchronized (IDLE) {
      IDLE.push(idle);
    }
    LATER.execute(() -> close(each -> each == idle));
    return result;
  }

  private static @Nullable Object take(Object key) {
    synchronized (IDLE) {
      Idle found = IDLE.stream().filter(idle -> idle.key.equals(key)).findFirst().orElse(null);
      if (found != null) {
        IDLE.remove(found);
      }
      return found == null ? null : found.models;
    }
  }

  private static void close(Predicate<Idle> which) {
    List<Idle> closing = new ArrayList<>();
    synchronized (IDLE) {
      IDLE.stream().filter(which).forEach(closing::add);
      // By identity: each use makes a record of its own.
      IDLE.removeIf(idle -> closing.stream().anyMatch(other -> other == idle));
    }
    closing.forEach(idle -> idle.close.run());
  }
}
