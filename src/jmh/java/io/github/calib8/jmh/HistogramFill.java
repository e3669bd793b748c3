package io.github.calib8.jmh;

import io.github.calib8.histogram.Histogram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a histogram costs for each value, beside the plainest loop that bins: no zeros apart, no
 * extremes, no range that grows.
 *
 * <p>The values are off-heap, as the engine hands them out, and 1.6 MB of them: an activation of 8
 * images, more than the first-level caches hold.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 10, time = 1)
public class HistogramFill {
  private static final int VALUES = 8 * 64 * 28 * 28;
  private static final int BINS = Histogram.BINS;

  /** The distribution: a ReLU's output, half of it zeros, or values of both signs. */
  public enum Data {
    /** Half zeros, half positive. */
    RELU,
    /** Normal, without zeros. */
    SIGNED
  }

  /** The distribution. */
  @Param public Data data;

  private FloatBuffer values;
  private Histogram histogram;
  private long[] bins;

  /** Draws the values. */
  @Setup
  public void draw() {
    Random random = new Random(1);
    values =
        ByteBuffer.allocateDirect(VALUES * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < VALUES; i++) {
      float value = (float) random.nextGaussian();
      values.put(i, data == Data.RELU ? Math.max(value, 0) : value);
    }
    histogram = new Histogram();
    bins = new long[BINS];
  }

  /** The library's. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public Histogram histogram() {
    histogram.add(values);
    return histogram;
  }

  /** The reference. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public long[] plainLoop() {
    float scale = BINS / 8f;
    for (int i = 0; i < VALUES; i++) {
      bins[Math.min((int) (Math.abs(values.get(i)) * scale), BINS - 1)]++;
    }
    return bins;
  }
}
