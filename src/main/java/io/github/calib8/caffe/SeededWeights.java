package io.github.calib8.caffe;

import com.google.common.math.LongMath;
import io.github.calib8.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Random weights for benchmarks: the same on every machine. Not thread-safe. */
final class SeededWeights implements WeightSource {
  /** What an ONNX file can hold. */
  static final long MAX_ELEMENTS = Integer.MAX_VALUE / Float.BYTES;

  /** Four uniform 16-bit numbers: their sum is close to normal, with this mean and deviation. */
  private static final double MEAN_OF_FOUR = 4 * 65535 / 2.0;

  private static final double DEVIATION_OF_FOUR = StrictMath.sqrt(4 * (65536.0 * 65536 - 1) / 12);

  private final long seed;
  private long elementsLeft;

  SeededWeights(long seed, long maxElements) {
    this.seed = seed;
    this.elementsLeft = maxElements;
  }

  @Override
  public List<Tensor> of(LayerDefinition layer, List<Weight> weights) {
    long elements =
        weights.stream().mapToLong(w -> Blob.product(w.dims())).reduce(0, LongMath::saturatedAdd);
    if (elements > elementsLeft) {
      throw layer.error(
          "Expected at most %s more weights, as a model holds 2 GB, found %s"
              .formatted(elementsLeft, elements));
    }
    elementsLeft -= elements;
    List<Tensor> tensors = new ArrayList<>();
    for (Weight weight : weights) {
      String name = layer.name() + "_" + weight.suffix();
      tensors.add(Tensor.floats(name, weight.dims(), values(name, weight)));
    }
    return tensors;
  }

  private float[] values(String name, Weight weight) {
    float[] values = new float[Math.toIntExact(Blob.product(weight.dims()))];
    if (weight.deviation() == 0) {
      Arrays.fill(values, weight.mean());
      return values;
    }
    // A layer's weights do not depend on the layers before it.
    SplittableRandom random = new SplittableRandom(seed + ((long) name.hashCode() << Integer.SIZE));
    double factor = weight.deviation() / DEVIATION_OF_FOUR;
    for (int i = 0; i < values.length; i++) {
      long z = random.nextLong();
      long sum = (z & 0xFFFF) + (z >>> 16 & 0xFFFF) + (z >>> 32 & 0xFFFF) + (z >>> 48);
      values[i] = (float) (weight.mean() + (sum - MEAN_OF_FOUR) * factor);
    }
    return values;
  }
}
