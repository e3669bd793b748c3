package io.github.calib8.dataset;

import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Arguments;
import io.github.calib8.work.Internal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Some preprocessed images with their names and classes.
 *
 * <p>The {@linkplain #tensor() tensor} is [N, C, H, W] float32, row-major, in memory outside the
 * Java heap: an engine reads it without a copy. Closing the batch frees that memory; neither the
 * tensor nor a buffer or array of it may be used afterwards. A batch may be handed from thread to
 * thread; its tensor must not be changed.
 */
public final class ImageBatch implements AutoCloseable {
  /** Stands for the class of an image that has none: it can calibrate, but not be evaluated on. */
  public static final int UNLABELED = -1;

  private final FloatTensor tensor;
  private final int[] labels;
  private final List<String> names;
  private final boolean owner;

  private ImageBatch(FloatTensor tensor, int[] labels, List<String> names, boolean owner) {
    this.tensor = tensor;
    this.labels = labels;
    this.names = names;
    this.owner = owner;
  }

  /**
   * Returns a batch of images without classes that the caller has preprocessed, each named after
   * its content.
   *
   * @param images [N, C, H, W], as for {@link #of(FloatTensor, int[], List)}
   * @return the batch, of N labels {@link #UNLABELED}
   * @throws IllegalArgumentException as there
   */
  public static ImageBatch unlabeled(FloatTensor images) {
    requireImages(images);
    int[] labels = new int[Math.toIntExact(images.size(0))];
    Arrays.fill(labels, UNLABELED);
    return new ImageBatch(images, labels, ContentNames.of(images), true);
  }

  /**
   * Returns a batch of images without classes that the caller has preprocessed, each named after
   * its content.
   *
   * @param images [N, C, H, W] float32, as for {@link FloatTensor#of(INDArray)}
   * @return the batch, of N labels {@link #UNLABELED}
   * @throws IllegalArgumentException as there, and if the shape is another one
   */
  public static ImageBatch unlabeled(INDArray images) {
    return unlabeled(FloatTensor.of(images));
  }

  /**
   * Returns a batch of images that the caller has preprocessed, each named after its content:
   * {@code sha256:} and the SHA-256 of its values, row-major, little-endian.
   *
   * @param images [N, C, H, W], as for {@link #of(FloatTensor, int[], List)}
   * @param labels N classes, from 0; copied
   * @return the batch
   * @throws IllegalArgumentException as there
   */
  public static ImageBatch of(FloatTensor images, int... labels) {
    requireImages(images);
    return of(images, labels, ContentNames.of(images));
  }

  /**
   * Returns a batch of images that the caller has preprocessed, each named after its content:
   * {@code sha256:} and the SHA-256 of its values, row-major, little-endian.
   *
   * @param images [N, C, H, W] float32, as for {@link FloatTensor#of(INDArray)}
   * @param labels N classes, from 0; copied
   * @return the batch
   * @throws IllegalArgumentException as there, and if the shapes do not agree or a label is
   *     negative
   */
  public static ImageBatch of(INDArray images, int... labels) {
    return of(FloatTensor.of(images), labels);
  }

  /**
   * Returns a batch of images that the caller has preprocessed.
   *
   * @param images [N, C, H, W]; now belongs to the batch, which closes it
   * @param labels N classes, from 0; copied
   * @param names N names; copied
   * @return the batch
   * @throws IllegalArgumentException if the shapes do not agree, or a label is negative
   */
  public static ImageBatch of(FloatTensor images, int[] labels, List<String> names) {
    requireImages(images);
    if (images.size(0) != labels.length || labels.length != names.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected one label and one name per image, found %d images, %d labels, %d names",
              images.size(0),
              labels.length,
              names.size()));
    }
    for (int label : labels) {
      Arguments.atLeast(0, label, "label");
    }
    return new ImageBatch(images, labels.clone(), List.copyOf(names), true);
  }

  /**
   * Returns a batch of images that the caller has preprocessed.
   *
   * @param images [N, C, H, W] float32, as for {@link FloatTensor#of(INDArray)}; now belongs to the
   *     batch, which closes it
   * @param labels N classes, from 0; copied
   * @param names N names; copied
   * @return the batch
   * @throws IllegalArgumentException as there, and if the shapes do not agree or a label is
   *     negative
   */
  public static ImageBatch of(INDArray images, int[] labels, List<String> names) {
    return of(FloatTensor.of(images), labels, names);
  }

  /** A batch of what a data set says of its images, {@link #UNLABELED} included. */
  static ImageBatch loaded(FloatTensor images, int[] labels, List<String> names) {
    return new ImageBatch(images, labels, names, true);
  }

  private static void requireImages(FloatTensor images) {
    if (images.shape().length != 4 || images.elements() == 0) {
      throw new IllegalArgumentException("Expected images [N, C, H, W], found " + images);
    }
  }

  /**
   * Returns the same batch, whose closing leaves the tensor alone.
   *
   * @return the batch, to be used until this one is closed
   */
  @Internal
  public ImageBatch borrowed() {
    return new ImageBatch(tensor, labels, names, false);
  }

  /** C, H and W. */
  long[] chw() {
    return Arrays.copyOfRange(tensor.shape(), 1, 4);
  }

  /**
   * Returns the images' tensor.
   *
   * @return [N, C, H, W], N = {@link #size()}
   */
  public FloatTensor tensor() {
    return tensor;
  }

  /**
   * Returns the images' tensor as ND4J's array, in the same memory. Loads ND4J, if nothing else
   * has: that takes seconds.
   *
   * @return [N, C, H, W] float32, the same array each time; the one that the batch was made of, if
   *     it was
   */
  public INDArray images() {
    return tensor.toINDArray();
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
    if (owner) {
      tensor.close();
    }
  }
}
