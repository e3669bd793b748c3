package io.github.calib8.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Feeds damaged files to a parser: it must accept them or throw its own exception, and nothing
 * else.
 */
public final class Fuzzing {
  private static final int INPUTS = Integer.getInteger("calib8.fuzz", 10_000);
  private static final long MAX_BYTES = 256_000_000;
  private static final Duration MAX_TIME = Duration.ofSeconds(10);

  /** For all inputs, of which any may never return. */
  private static final Duration HANGS = Duration.ofMinutes(Math.max(5, INPUTS / 1_000));

  private Fuzzing() {}

  /**
   * Runs a parser on 10,000 damaged files ({@code -Dcalib8.fuzz=N}: another number), each with at
   * most 256 MB and 10 seconds, on a thread that is given up where one never returns.
   *
   * @param files whole files, which the parser accepts
   * @param parser the parser
   * @param allowed what it may throw
   */
  public static void check(
      List<byte[]> files, Consumer<byte[]> parser, Class<? extends RuntimeException> allowed) {
    check(files, parser, allowed, 1);
  }

  /**
   * Likewise, for parsers that take their time.
   *
   * @param part so many times fewer files
   */
  public static void check(
      List<byte[]> files,
      Consumer<byte[]> parser,
      Class<? extends RuntimeException> allowed,
      int part) {
    assertTimeoutPreemptively(HANGS, () -> checkAll(files, parser, allowed, INPUTS / part));
  }

  private static void checkAll(
      List<byte[]> files,
      Consumer<byte[]> parser,
      Class<? extends RuntimeException> allowed,
      int inputs) {
    files.forEach(parser);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Mutations mutations = new Mutations(1);
    int accepted = 0;
    for (int i = 0; i < inputs; i++) {
      byte[] input = mutations.mutate(files.get(i % files.size()));
      long bytes = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      try {
        parser.accept(input);
        accepted++;
      } catch (Throwable e) {
        if (!allowed.isInstance(e) || e.getMessage().isEmpty()) {
          throw new AssertionError(
              "Input " + i + " gives " + e + ": " + HexFormat.of().formatHex(input), e);
        }
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - bytes)
          .as("bytes for input %d", i)
          .isLessThan(MAX_BYTES);
      assertThat(System.nanoTime() - start)
          .as("nanoseconds for input %d", i)
          .isLessThan(MAX_TIME.toNanos());
    }
    assertThat(accepted).as("accepted inputs").isBetween(1, inputs - 1);
    System.out.printf("%s damaged files, %s accepted%n", inputs, accepted);
  }
}
