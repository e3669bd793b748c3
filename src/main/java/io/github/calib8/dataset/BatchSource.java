package io.github.calib8.dataset;

import io.github.calib8.image.Preprocessing;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where batches of preprocessed images come from: {@link ImageBatches} decodes and preprocesses
 * them, {@link TensorBatches} holds the caller's own tensors.
 *
 * <p>Safe for use by several threads; each {@link #load} starts from the first batch.
 */
public sealed interface BatchSource permits ImageBatches, TensorBatches {
  /**
   * Returns the number of images in the largest batch.
   *
   * @return images a batch
   */
  int batchSize();

  /**
   * Returns the number of images.
   *
   * @return the number of images in all batches together
   */
  int imageCount();

  /**
   * Returns the images' names.
   *
   * @return an unmodifiable list of distinct names, in order
   */
  List<String> names();

  /**
   * Returns an image's class.
   *
   * @param image the image's index, from 0
   * @return the class, from 0, or {@link ImageBatch#UNLABELED}
   */
  int label(int image);

  /**
   * Leaves out the first images.
   *
   * @param images how many, 0 or more: those of the first batches, or all
   * @return the other batches, as they are
   * @throws IllegalArgumentException if that many images would cut a batch
   */
  BatchSource skipImages(int images);

  /**
   * Leaves out some images.
   *
   * @param names names of images, of this source or not
   * @return the other images: cut anew into batches of the same size, or the other batches of
   *     tensors as they are
   * @throws IllegalArgumentException if a batch of tensors holds some of the images, but not only
   *     such
   */
  BatchSource without(Set<String> names);

  /**
   * Returns what makes the tensors of images.
   *
   * @return the preprocessing; empty if the tensors are the caller's, who says nothing of it
   */
  Optional<Preprocessing> preprocessing();

  /**
   * Describes what makes the tensors, for tables and other results.
   *
   * @return {@link Preprocessing#id()}, or that the tensors are the caller's
   */
  default String preprocessingId() {
    return preprocessing().map(Preprocessing::id).orElse("none: tensors of the caller");
  }

  /**
   * Returns the dimensions of an image's tensor.
   *
   * @return [C, H, W], or in another layout; empty if there is no preprocessing, and no tensor
   *     either
   */
  List<Long> imageShape();

  /**
   * Starts to deliver the batches.
   *
   * @param options how to decode, where there is something to decode
   * @return the running reader, for the caller to close
   * @throws IllegalArgumentException if the crop does not fit the resized images, or a batch would
   *     take 2 GiB or more
   */
  BatchReader load(LoaderOptions options);
}
