package io.github.calib8.dataset;

import io.github.calib8.work.Arguments;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
  /** Stands for the class of an image that has none: it can calibrate, but not be evaluated on. */
  public static final int UNLABELED = -1;

  private final INDArray images;
  private final int[] labels;
  private final List<String> names;
  private final boolean owner;

  private ImageBatch(INDArray images, int[] labels, List<String> names, boolean owner) {
    this.images = images;
    this.labels = labels;
    this.names = names;
    this.owner = owner;
  }

  /**
   * Returns a batch of images without classes that the caller has preprocessed, each named after
   * its content.
   *
   * @param images [N, C, H, W] float32, as for {@link #of(INDArray, int[], List)}
   * @return the batch, of N labels {@link #UNLABELED}
   * @throws IllegalArgumentException as there
   */
  public static ImageBatch unlabeled(INDArray images) {
    INDArray dense = dense(images);
    int[] labels = new int[Math.toIntExact(dense.size(0))];
    Arrays.fill(labels, UNLABELED);
    return new ImageBatch(dense, labels, ContentNames.of(dense), true);
  }

  /**
   * Returns a batch of images that the caller has preprocessed, each named after its content:
   * {@code sha256:} and the SHA-256 of its values, row-major, little-endian.
   *
   * @param images [N, C, H, W] float32, as for {@link #of(INDArray, int[], List)}
   * @param labels N classes, from 0; copied
   * @return the batch
   * @throws IllegalArgumentException as there
   */
  public static ImageBatch of(INDArray images, int... labels) {
    INDArray dense = dense(images);
    return of(dense, labels, ContentNames.of(dense));
  }

  /**
   * Returns a batch of images that the caller has preprocessed.
   *
   * @param images [N, C, H, W] float32; now belongs to the batch, which closes it. In another order
   *     or with gaps in memory, it is copied, and the batch owns the copy alone
   * @param labels N classes, from 0; copied
   * @param names N names; copied
   * @return the batch
   * @throws IllegalArgumentException if the shapes do not agree, the type is another one, or a
   *     label is negative
   */
  public static ImageBatch of(INDArray images, int[] labels, List<String> names) {
    INDArray dense = dense(images);
    if (dense.size(0) != labels.length || labels.length != names.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected one label and one name per image, found %d images, %d labels, %d names",
              dense.size(0),
              labels.length,
              names.size()));
    }
    for (int label : labels) {
      Arguments.atLeast(0, label, "label");
    }
    return new ImageBatch(dense, labels.clone(), List.copyOf(names), true);
  }

  /** A batch of what a data set says of its images, {@link #UNLABELED} included. */
  static ImageBatch loaded(INDArray images, int[] labels, List<String> names) {
    return new ImageBatch(images, labels, names, true);
  }

  /** The array itself if its values lie in a row in C order, else a copy. */
  private static INDArray dense(INDArray images) {
    if (images.rank() != 4 || images.dataType() != DataType.FLOAT || images.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected images of [N, C, H, W] float32, found "
              + Arrays.toString(images.shape())
              + " "
              + images.dataType());
    }
    long[] shape = images.shape();
    long expected = 1;
    boolean dense = images.ordering() == 'c';
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      dense &= shape[axis] == 1 || images.stride(axis) == expected;
      expected *= shape[axis];
    }
    return dense ? images : images.dup('c');
  }

  /** The same batch, whose closing leaves the tensor alone. */
  ImageBatch borrowed() {
    return new ImageBatch(images, labels, names, false);
  }

  /** C, H and W. */
  long[] chw() {
    return Arrays.copyOfRange(images.shape(), 1, 4);
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
   * @return a new array of N classes, from 0, or {@link #UNLABELED}
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
   * one or the caller's.
   */
  @Override
  public void close() {
    if (owner && images.closeable()) {
      images.close();
    }
  }
}
