package io.github.calib8.dataset;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Some preprocessed images with their names and classes.
 *
 * <p>The tensor is [N, C, H, W] float32 in C order in memory outside the Java heap, so that {@code
 * images().data().asNioFloat()} is a direct buffer that an engine can read without a copy. Closing
 * the batch frees that memory; neither the tensor nor a buffer of it may be used afterwards. A
 * batch may be handed from thread to thread; its tensor must not be changed.
 */
public final class ImageBatch implements AutoCloseable {
  private final INDArray images;
  private final int[] labels;
  private final List<String> names;

  private ImageBatch(INDArray images, int[] labels, List<String> names) {
    this.images = images;
    this.labels = labels;
    this.names = names;
  }

  /**
   * Returns a batch of images that the caller has preprocessed.
   *
   * @param images [N, C, H, W] float32; now belongs to the batch, which closes it
   * @param labels N classes, from 0; copied
   * @param names N names; copied
   * @return the batch
   * @throws IllegalArgumentException if the shapes do not agree, the type is another one, or a
   *     label is negative
   */
  public static ImageBatch of(INDArray images, int[] labels, List<String> names) {
    if (images.rank() != 4 || images.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "Expected images of [N, C, H, W] float32, found "
              + Arrays.toString(images.shape())
              + " "
              + images.dataType());
    }
    if (images.size(0) != labels.length || labels.length != names.size()) {
      throw new IllegalArgumentException(
          String.format(
              "Expected one label and one name per image, found %d images, %d labels, %d names",
              images.size(0), labels.length, names.size()));
    }
    for (int label : labels) {
      Arguments.atLeast(0, label, "label");
    }
    return new ImageBatch(images, labels.clone(), List.copyOf(names));
  }

  /**
   * Returns the images' tensor.
   *
   * @return [N, C, H, W] float32, N = {@link #size()}
   */
  public INDArray images() {
    return images;
  }

  /**
   * Returns the classes.
   *
   * @return a new array of N classes, from 0
   */
  public int[] labels() {
    return labels.clone();
  }

  /**
   * Returns the images' names.
   *
   * @return an unmodifiable list of N names
   */
  public List<String> names() {
    return names;
  }

  /**
   * Returns the number of images.
   *
   * @return N, at least 1 in a batch from a {@link BatchLoader}
   */
  public int size() {
    return labels.length;
  }

  /**
   * Frees the tensor's memory; does nothing the second time, or if the tensor is a view of another
   * one.
   */
  @Override
  public void close() {
    if (images.closeable()) {
      images.close();
    }
  }
}
