package io.github.calib8.benchmark;

import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.tensor.FloatTensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Inputs of random values as large as those of images, none of them zero. */
final class SyntheticImages {
  /** Zeros would be cheaper than anything that a camera sees. */
  private static final double LEAST = 0.5;

  private static final double MOST = 128;

  /** What an input of uint8 takes. */
  private static final int SAMPLES = 256;

  private static final long SEED = 8;

  private SyntheticImages() {}

  /**
   * Makes a batch.
   *
   * @param model a model of an input {@code [N, C, H, W]} or {@code [N, H, W, C]}
   * @param count N
   * @return a tensor, for the caller to close
   * @throws IllegalArgumentException as {@link #shape}
   */
  static FloatTensor batch(OnnxModel model, int count) {
    FloatTensor images = FloatTensor.zeros(shape(model, count));
    FloatBuffer values = images.values();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = values.position(); i < values.limit(); i++) {
      if (model.input().type() == DataType.UINT8) {
        values.put(i, random.nextInt(1, SAMPLES));
      } else {
        double size = LEAST + random.nextDouble() * (MOST - LEAST);
        values.put(i, (float) (random.nextBoolean() ? size : -size));
      }
    }
    return images;
  }

  /**
   * The shape of a batch.
   *
   * @throws IllegalArgumentException if the model takes other batches only, or leaves another
   *     dimension than the batch open
   */
  static long[] shape(OnnxModel model, int count) {
    List<Long> dims = model.input().dims();
    if (dims.isEmpty() || dims.subList(1, dims.size()).contains(ValueInfo.SYMBOLIC)) {
      throw new IllegalArgumentException(
          "Expected an input of fixed size, but for the batch, in model '%s', found %s"
              .formatted(model.name(), model.input()));
    }
    if (dims.get(0) != ValueInfo.SYMBOLIC && dims.get(0) != count) {
      throw new IllegalArgumentException(
          "Expected batches of %s for model '%s', whose input is %s, found %s"
              .formatted(dims.get(0), model.name(), model.input(), count));
    }
    return LongStream.concat(LongStream.of(count), dims.stream().skip(1).mapToLong(Long::longValue))
        .toArray();
  }
}
