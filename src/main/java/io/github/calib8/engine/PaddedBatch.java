package io.github.calib8.engine;

import io.github.calib8.work.Internal;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

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
  private final INDArray images;
  private final boolean padded;

  private PaddedBatch(INDArray images, boolean padded) {
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
  public static PaddedBatch of(INDArray images, long size) {
    long count = images.size(0);
    if (count == size) {
      return new PaddedBatch(images, false);
    }
    long[] shape = images.shape().clone();
    shape[0] = size;
    INDArray padded = Nd4j.createUninitialized(images.dataType(), shape, 'c');
    padded.get(NDArrayIndex.interval(0, count)).assign(images);
    INDArray last = images.get(NDArrayIndex.interval(count - 1, count));
    for (long i = count; i < size; i++) {
      padded.get(NDArrayIndex.interval(i, i + 1)).assign(last);
    }
    return new PaddedBatch(padded, true);
  }

  /**
   * What the model is run on.
   *
   * @return {@code [size, C, H, W]}, the given images first
   */
  public INDArray images() {
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
