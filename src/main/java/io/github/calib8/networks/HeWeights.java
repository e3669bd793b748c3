package io.github.calib8.networks;

import io.github.calib8.onnx.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * He's initialization, see {@link WeightSource#he}.
 *
 * @param seed decides every value
 */
record HeWeights(long seed) implements WeightSource {
  private static final float BRANCH_SCALE = 0.2f;
  private static final double EMBEDDING_DEVIATION = 0.02;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int CHUNK = 1 << 16;

  /** Four uniform 16-bit numbers: their sum has this mean and deviation. */
  private static final double MEAN_OF_FOUR = 4 * 65535 / 2.0;

  private static final double DEVIATION_OF_FOUR = StrictMath.sqrt(4 * (65536.0 * 65536 - 1) / 12);

  @Override
  public Tensor weights(String name, List<Long> dims, Role role) {
    long elements = dims.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(elements)];
    switch (role) {
      case KERNEL -> fillKernel(values, start(name), StrictMath.sqrt(2.0 * dims.get(0) / elements));
      case MATRIX -> fillKernel(values, start(name), StrictMath.sqrt(1.0 / dims.get(0)));
      case EMBEDDING -> fillKernel(values, start(name), EMBEDDING_DEVIATION);
      case SCALE, VARIANCE -> Arrays.fill(values, 1);
      case BRANCH_SCALE -> Arrays.fill(values, BRANCH_SCALE);
      case SHIFT, MEAN -> {}
    }
    return Tensor.floats(name, dims, values);
  }

  /** FNV-1a of the name: tensors do not depend on the order in which they are asked for. */
  private long start(String name) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return mix(hash + seed * GOLDEN);
  }

  /** Value i depends on i alone, so chunks can be filled in parallel. */
  private static void fillKernel(float[] values, long start, double deviation) {
    double factor = deviation / DEVIATION_OF_FOUR;
    IntStream.range(0, (values.length + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk -> {
              int to = Math.min(values.length, (chunk + 1) * CHUNK);
              for (int i = chunk * CHUNK; i < to; i++) {
                long z = mix(start + i * GOLDEN);
                long sum = (z & 0xFFFF) + (z >>> 16 & 0xFFFF) + (z >>> 32 & 0xFFFF) + (z >>> 48);
                values[i] = (float) ((sum - MEAN_OF_FOUR) * factor);
              }
            });
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
