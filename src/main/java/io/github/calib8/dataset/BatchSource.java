package io.github.calib8.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * Starts to deliver the batches.
   *
   * @param preprocessing what makes a tensor of an image; null if the tensors are the caller's
   * @param options how to decode, where there is something to decode
   * @return the running reader, for the caller to close
   * @throws IllegalArgumentException if there are images and no preprocessing, the crop does not
   *     fit them, a batch would take 2 GiB or more, or tensors are not of the preprocessing's size
   */
  BatchReader load(@Nullable Preprocessing preprocessing, LoaderOptions options);
}
