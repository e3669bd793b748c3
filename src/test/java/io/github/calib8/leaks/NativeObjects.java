package io.github.calib8.leaks;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxSparseTensor;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtProviderOptions;
import ai.onnxruntime.OrtSession;
import java.lang.StackWalker.StackFrame;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;

/**
 * A census of what holds memory outside the Java heap until it is closed: ONNX Runtime's sessions,
 * options, tensors and results, whoever makes them.
 *
 * <p>The engine's own classes report it, whose constructors and methods {@code close} are rewritten
 * in this process: nothing that is tested knows of it, and nothing gets past it. Where a leak comes
 * from is in its name.
 */
public final class NativeObjects {
  /** The environment and its options live as long as the process. */
  private static final List<Class<?>> TYPES =
      List.of(
          OrtSession.class,
          OrtSession.SessionOptions.class,
          OrtSession.RunOptions.class,
          OrtSession.Result.class,
          OrtProviderOptions.class,
          OnnxTensor.class,
          OnnxSparseTensor.class,
          OnnxSequence.class,
          OnnxMap.class);

  private static final Map<Object, String> OPEN =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private static final AtomicLong COUNT = new AtomicLong();

  static {
    ByteBuddyAgent.install();
    for (Class<?> type : TYPES) {
      new ByteBuddy()
          .redefine(type)
          .visit(Advice.to(Opened.class).on(isConstructor()))
          .visit(Advice.to(Closed.class).on(named("close").and(takesNoArguments())))
          .make()
          .load(type.getClassLoader(), ClassReloadingStrategy.fromInstalledAgent());
    }
  }

  private NativeObjects() {}

  /** What is open: its number in the order of opening, its type, and who opened it. */
  public static Set<String> open() {
    synchronized (OPEN) {
      return new TreeSet<>(OPEN.values());
    }
  }

  /** Called by the engine's classes. */
  public static void opened(Object object) {
    OPEN.put(
        object,
        "%06d %s of %s"
            .formatted(COUNT.incrementAndGet(), object.getClass().getSimpleName(), opener()));
  }

  /** Called by the engine's classes. */
  public static void closed(Object object) {
    OPEN.remove(object);
  }

  private static String opener() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> frame.getClassName().startsWith("io.github.calib8."))
                    .filter(frame -> !frame.getClassName().equals(NativeObjects.class.getName()))
                    .findFirst()
                    .map(StackFrame::toString)
                    .orElse("another library"));
  }

  /** Runs at the end of constructors. */
  static final class Opened {
    private Opened() {}

    @Advice.OnMethodExit
    static void exit(@Advice.This Object opened) {
      NativeObjects.opened(opened);
    }
  }

  /** Runs at the end of closing, also where that fails. */
  static final class Closed {
    private Closed() {}

    @Advice.OnMethodExit(onThrowable = Throwable.class)
    static void exit(@Advice.This Object closed) {
      NativeObjects.closed(closed);
    }
  }
}
