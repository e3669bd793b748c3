package io.github.calib8.dataset;

import io.github.calib8.image.Preprocessing;
import io.github.calib8.work.Arguments;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A range of a data set, cut into batches, and the preprocessing that makes their tensors.
 *
 * <p>Immutable and safe for use by several threads; each {@link #load} starts from the first batch.
 */
public final class ImageBatches implements BatchSource {
  private final List<LabeledImage> images;
  private final int batchSize;
  private final Preprocessing preprocessing;

  ImageBatches(List<LabeledImage> images, int batchSize, Preprocessing preprocessing) {
    this.images = images;
    this.batchSize = batchSize;
    this.preprocessing = Objects.requireNonNull(preprocessing, "preprocessing");
  }

  /**
   * Returns the same images with another preprocessing.
   *
   * @param newPreprocessing what makes a tensor of an image
   * @return the batches of those tensors
   */
  public ImageBatches withPreprocessing(Preprocessing newPreprocessing) {
    return new ImageBatches(images, batchSize, newPreprocessing);
  }

  /** Other images, in batches of the same size and kind. */
  private ImageBatches of(List<LabeledImage> others) {
    return new ImageBatches(others, batchSize, preprocessing);
  }

  /**
   * Returns the first batches.
   *
   * @param batches how many, at least 0; all of them if there are fewer
   * @return those batches
   */
  public ImageBatches first(int batches) {
    return of(images.subList(0, firstImage(batches)));
  }

  /**
   * Returns all but the first batches.
   *
   * @param batches how many to leave out, at least 0; if there are fewer, none remain
   * @return the other batches
   */
  public ImageBatches skip(int batches) {
    return of(images.subList(firstImage(batches), images.size()));
  }

  @Override
  public ImageBatches skipImages(int count) {
    Arguments.atLeast(0, count, "images");
    if (count < images.size() && count % batchSize != 0) {
      throw new IllegalArgumentException(
          "Expected to skip whole batches of %s images, found %s images"
              .formatted(batchSize, count));
    }
    return of(images.subList(Math.min(count, images.size()), images.size()));
  }

  @Override
  public ImageBatches without(Set<String> names) {
    return of(images.stream().filter(image -> !names.contains(image.name())).toList());
  }

  /**
   * Returns the same images in another order.
   *
   * @param order of the images; those that it finds equal stay in the order that they are in
   * @return them, cut anew into batches of the same size
   */
  public ImageBatches sorted(Comparator<LabeledImage> order) {
    return of(images.stream().sorted(order).toList());
  }

  private int firstImage(int batch) {
    Arguments.atLeast(0, batch, "batches");
    return (int) Math.min((long) batch * batchSize, images.size());
  }

  /**
   * Returns the number of images in a batch; the last one may hold fewer.
   *
   * @return images a batch
   */
  @Override
  public int batchSize() {
    return batchSize;
  }

  /**
   * Returns the number of batches.
   *
   * @return the number of batches
   */
  public int batchCount() {
    return Math.toIntExact(((long) images.size() + batchSize - 1) / batchSize);
  }

  /**
   * Returns the number of images.
   *
   * @return the number of images in all batches together
   */
  @Override
  public int imageCount() {
    return images.size();
  }

  /**
   * Returns the images in order.
   *
   * @return an unmodifiable list
   */
  public List<LabeledImage> images() {
    return images;
  }

  @Override
  public List<String> names() {
    return images.stream().map(LabeledImage::name).toList();
  }

  @Override
  public int label(int image) {
    return images.get(image).label();
  }

  @Override
  public Optional<Preprocessing> preprocessing() {
    return Optional.of(preprocessing);
  }

  @Override
  public List<Long> imageShape() {
    return preprocessing.shape();
  }

  /**
   * Starts to decode and preprocess with {@linkplain LoaderOptions#defaults() default options}.
   *
   * @return the running loader, for the caller to close
   */
  public BatchLoader load() {
    return load(LoaderOptions.defaults());
  }

  /**
   * Starts to decode and preprocess.
   *
   * @param options how many threads, how far ahead, and what about unreadable images
   * @return the running loader, for the caller to close
   * @throws IllegalArgumentException if a batch would take 2 GiB or more, or the crop does not fit
   *     the resized images
   */
  @Override
  public BatchLoader load(LoaderOptions options) {
    return new BatchLoader(this, preprocessing, options);
  }

  /** The images of batch {@code index}. */
  List<LabeledImage> batch(int index) {
    return images.subList(firstImage(index), firstImage(index + 1));
  }

  /** Equal are ranges of equal images with the same batch size and preprocessing. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ImageBatches that
        && batchSize == that.batchSize
        && preprocessing.equals(that.preprocessing)
        && images.equals(that.images);
  }

  @Override
  public int hashCode() {
    return Objects.hash(images, batchSize, preprocessing);
  }

  @Override
  public String toString() {
    return imageCount() + " images in batches of " + batchSize;
  }
}
