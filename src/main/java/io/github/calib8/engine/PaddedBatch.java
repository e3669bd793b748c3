package io.github.calib8.engine;

import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Internal;
import java.nio.FloatBuffer;

/**
 * Images for a model whose graph fixes how many it takes at once: where they are fewer, the last
 * one is repeated. What the model makes of the repetitions is for nobody to look at.
 *
 * <p>Holds off-heap memory until it is closed, where images were repeated. For one thread.
 *
 * @see io.github.calib8.onnx.OnnxModel#fixedBatch
 */
@Internal
public final class PaddedBatch implements AutoCloseable {
  private final FloatTensor images;
  private final boolean padded;

  private PaddedBatch(FloatTensor images, boolean padded) {
    this.images = images;
    this.padded = padded;
  }

  /**
   * Makes up a number of images.
   *
   * @param images {@code [n, C, H, W]}, 1 or more; stays the caller's
   * @param size how many are wanted, at least n
   * @return the images themselves if they are as many, else a copy with the last one repeated
   */
  public static PaddedBatch of(FloatTensor images, long size) {
    int count = Math.toIntExact(images.size(0));
    if (count == size) {
      return new PaddedBatch(images, false);
    }
    long[] shape = images.shape();
    shape[0] = size;
    FloatTensor padded = FloatTensor.zeros(shape);
    FloatBuffer to = padded.values();
    to.put(images.values());
    while (to.hasRemaining()) {
      to.put(images.rows(count - 1, count).values());
    }
    return new PaddedBatch(padded, true);
  }

  /**
   * What the model is run on.
   *
   * @return {@code [size, C, H, W]}, the given images first
   */
  public FloatTensor images() {
    return images;
  }

  /** Frees the repetitions' memory, not that of the given images. */
  @Override
  public void close() {
    if (padded) {
      images.close();
    }
  }
}
