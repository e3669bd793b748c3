package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.tensor.FloatTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the C library has given out does not grow from one use of the engine to the next: also what
 * no object of Java's stands for. The Java heap is not in it, so that no collection disturbs.
 */
class EngineMemoryTest {
  private static final int WARM_UP = 20;
  private static final int ROUNDS = 100;

  private static final int TIMES = 3;

  /** Weights and the images' memory of a round, 1 MiB each: what a leak would leave. */
  private static final int ELEMENTS = 1 << 18;

  /** A sixth of what one thing left behind each round would make; the JVM's own is a few MB. */
  private static final long MOST = 16L << 20;

  private static final EngineOptions OPTIONS = EngineOptions.defaults().withThreads(1);

  /** Shape: x [N, 512] times w [512, 512]: for 512 images inputs and outputs of 1 MiB. */
  private static final OnnxModel MODEL = model();

  /** The C library's numbers. */
  interface Glibc extends Library {
    Statistics mallinfo2();
  }

  /** glibc's {@code struct mallinfo2}, since 2.33. */
  @FieldOrder({
    "arena",
    "ordblks",
    "smblks",
    "hblks",
    "hblkhd",
    "usmblks",
    "fsmblks",
    "uordblks",
    "fordblks",
    "keepcost"
  })
  public static final class Statistics extends Structure implements Structure.ByValue {
    public long arena;
    public long ordblks;
    public long smblks;
    public long hblks;
    public long hblkhd;
    public long usmblks;
    public long fsmblks;
    public long uordblks;
    public long fordblks;
    public long keepcost;
  }

  private static OnnxModel model() {
    GraphBuilder graph = GraphBuilder.create("square");
    graph.input(new ValueInfo("x", DataType.FLOAT, List.of(-1L, 512L)));
    graph.initializer(Tensor.floats("w", List.of(512L, 512L), new float[ELEMENTS]));
    graph.node("MatMul", List.of("x", "w"), "y", Map.of());
    return graph.output(new ValueInfo("y", DataType.FLOAT, List.of(-1L, 512L))).build();
  }

  private static Glibc glibc() {
    return Native.load("c", Glibc.class);
  }

  /** Bytes that are given out, in all arenas and in maps of their own. */
  private static long used(Glibc glibc) {
    Statistics now = glibc.mallinfo2();
    return now.uordblks + now.hblkhd;
  }

  @BeforeEach
  void requireGlibc() {
    try {
      assertThat(used(glibc())).isPositive();
    } catch (UnsatisfiedLinkError e) {
      Assumptions.abort("the C library does not tell what it has given out");
    }
  }

  /**
   * What some rounds leave, the least of three times: a leak is in each of them, the memory in
   * which the JVM happens to compile, tens of megabytes at times, is not.
   */
  private static long growth(Consumer<FloatTensor> use) {
    return LongStream.generate(() -> growthOnce(use)).limit(TIMES).min().orElseThrow();
  }

  private static long growthOnce(Consumer<FloatTensor> use) {
    Glibc glibc = glibc();
    try (FloatTensor images = FloatTensor.zeros(512, 512)) {
      for (int i = 0; i < WARM_UP; i++) {
        use.accept(images);
      }
      long before = used(glibc);
      for (int i = 0; i < ROUNDS; i++) {
        use.accept(images);
      }
      return used(glibc) - before;
    }
  }

  @Test
  void openingAndClosingSessionsLeavesNothing() {
    assertThat(
            growth(
                images -> {
                  try (InferenceSession session = InferenceSession.open(MODEL, OPTIONS)) {
                    session.run(images).close();
                  }
                }))
        .isLessThan(MOST);
  }

  @Test
  void runsLeaveNothing() {
    try (InferenceSession session = InferenceSession.open(MODEL, OPTIONS)) {
      assertThat(growth(images -> session.run(images).close())).isLessThan(MOST);
    }
  }

  @Test
  void observedRunsLeaveNothing() {
    try (ObservedSession session = ObservedSession.open(MODEL, OPTIONS)) {
      assertThat(
              growth(
                  images -> {
                    try (ActivationProbe probe = session.probe()) {
                      assertThat(probe.run(images)).hasSize(1);
                      assertThat(probe.shapes(images)).hasSize(1);
                    }
                  }))
          .isLessThan(MOST);
    }
  }

  @Test
  void whatFailsLeavesNothing() {
    OnnxModel refused = TinyModels.of("", "Frobnicate");
    assertThat(
            growth(
                images -> {
                  try (InferenceSession session = InferenceSession.open(refused, OPTIONS)) {
                    throw new AssertionError("not refused: " + session);
                  } catch (EngineException e) {
                    assertThat(e).hasMessageContaining("Frobnicate");
                  }
                }))
        .isLessThan(MOST);
  }

  /** The least breakage that is seen: sessions or results of 1 MiB that stay open. */
  @Test
  void aLeakIsSeen() {
    List<AutoCloseable> left = new ArrayList<>();
    try {
      assertThat(growth(images -> left.add(InferenceSession.open(MODEL, OPTIONS))))
          .isGreaterThan(2 * MOST);
      try (InferenceSession session = InferenceSession.open(MODEL, OPTIONS)) {
        assertThat(growth(images -> left.add(session.run(images)))).isGreaterThan(2 * MOST);
      }
    } finally {
      left.forEach(EngineMemoryTest::close);
    }
  }

  private static void close(AutoCloseable some) {
    try {
      some.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
