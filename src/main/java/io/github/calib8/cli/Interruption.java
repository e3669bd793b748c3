package io.github.calib8.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/*
 * Not a shutdown hook: all hooks run at once, and ONNX Runtime's own takes the engine away from under the threads that
 * use it, which then abort the process. Java has no public class for signals; sun.misc.Signal is of the supported module
 * jdk.unsupported, and used by reflection because the compiler warns of it in a way that cannot be silenced.
 */
/**
 * Ctrl-C and SIGTERM: the work is interrupted and ends in good order, with its engine and its
 * temporary files put away. Work that does not heed that, or a second Ctrl-C, ends the process at
 * once; files are whole all the same.
 */
final class Interruption {

  private static final List<String> SIGNALS = List.of("INT", "TERM");
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int received;

  private Interruption() {}

  /**
   * Does the work on this thread.
   *
   * @return its exit code, or the signal's, which is 128 and its number
   */
  static int guard(IntSupplier work) {
    Interruption interruption = new Interruption();
    Map<Object, Object> before = interruption.install();
    try {
      int code = work.getAsInt();
      return interruption.received == 0 ? code : exitCode(interruption.received);
    } finally {
      interruption.ended.countDown();
      before.forEach(Interruption::handle);
    }
  }

  private static int exitCode(int signal) {
    return 128 + signal;
  }

  /** Returns what would be done for each signal otherwise; nothing where there are no signals. */
  private Map<Object, Object> install() {
    Map<Object, Object> before = new LinkedHashMap<>();
    try {
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Interruption.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                receive(number(arguments[0]));
                return null;
              });
      for (String name : SIGNALS) {
        Object signal =
            Class.forName("sun.misc.Signal").getConstructor(String.class).newInstance(name);
        before.put(signal, handle(signal, ours));
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // The process ends as Java has it: at once.
    }
    return before;
  }

  private static Object handle(Object signal, Object handler) {
    try {
      return signal
          .getClass()
          .getMethod("handle", signal.getClass(), Class.forName("sun.misc.SignalHandler"))
          .invoke(null, signal, handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static int number(Object signal) throws ReflectiveOperationException {
    return (int) signal.getClass().getMethod("getNumber").invoke(signal);
  }

  /** Called on a thread of its own for each signal. */
  private void receive(int signal) throws InterruptedException {
    boolean first = received == 0;
    received = signal;
    worker.interrupt();
    if (!first || !ended.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
      Runtime.getRuntime().halt(exitCode(signal));
    }
  }
}
