package io.github.calib8.dataset;

import io.github.calib8.image.ImageLimits;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.work.Arguments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * An ordered list of labeled images with distinct names.
 *
 * <p>Immutable and safe for use by several threads; no image is read before a {@link BatchLoader}
 * needs it.
 */
public final class ImageDataset {
  private final List<LabeledImage> images;
  private final List<String> leftOut;

  private ImageDataset(List<LabeledImage> images, List<String> leftOut) {
    this.images = images;
    this.leftOut = leftOut;
  }

  /**
   * Returns a data set of the given images, in their order.
   *
   * @param images the images; copied; may be empty
   * @return the data set
   * @throws IllegalArgumentException if two images have the same name
   */
  public static ImageDataset of(List<LabeledImage> images) {
    Set<String> names = new HashSet<>();
    for (LabeledImage image : images) {
      if (!names.add(image.name())) {
        throw new IllegalArgumentException(
            "Expected images of distinct names, found '" + image.name() + "' twice");
      }
    }
    return new ImageDataset(List.copyOf(images), List.of());
  }

  /** The data set of what was found, beside what was met and is not among it. */
  static ImageDataset of(List<LabeledImage> images, ImageFiles files) {
    return new ImageDataset(of(images).images, files.leftOut());
  }

  /**
   * Returns which files are images, and not among these because no ImageIO plug-in claims the end
   * of their names: formats such as WebP, and files that begin as an image does, or that the label
   * file names.
   *
   * @return their paths below the folder, or in the archive, that was read; an unmodifiable list
   */
  public List<String> leftOut() {
    return leftOut;
  }

  /**
   * Returns the number of images.
   *
   * @return the number of images
   */
  public int size() {
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

  /**
   * Returns the same images with other limits.
   *
   * @param limits how large each may be; {@link ImageLimits#defaults()} unless set
   * @return the data set; equal to this one
   */
  public ImageDataset withLimits(ImageLimits limits) {
    return new ImageDataset(
        images.stream().map(image -> image.withLimits(limits)).toList(), leftOut);
  }

  /**
   * Returns the first images.
   *
   * @param count how many, at least 0; all of them if there are fewer
   * @return the data set of those
   */
  public ImageDataset first(int count) {
    Arguments.atLeast(0, count, "count");
    return new ImageDataset(images.subList(0, Math.min(count, size())), leftOut);
  }

  /**
   * Returns all but the first images.
   *
   * @param count how many to leave out, at least 0; if there are fewer images, none remain
   * @return the data set of the others
   */
  public ImageDataset skip(int count) {
    Arguments.atLeast(0, count, "count");
    return new ImageDataset(images.subList(Math.min(count, size()), size()), leftOut);
  }

  /**
   * Returns the same images in a random order that depends on the seed alone ({@link Random} with
   * {@link Collections#shuffle(List, Random)}).
   *
   * @param seed the seed
   * @return the shuffled data set
   */
  public ImageDataset shuffled(long seed) {
    List<LabeledImage> shuffled = new ArrayList<>(images);
    Collections.shuffle(shuffled, new Random(seed));
    return new ImageDataset(Collections.unmodifiableList(shuffled), leftOut);
  }

  /**
   * Cuts the images into batches, in order; the last batch holds the rest.
   *
   * @param batchSize images a batch, at least 1
   * @param preprocessing what makes a tensor of an image
   * @return the batches
   */
  public ImageBatches batches(int batchSize, Preprocessing preprocessing) {
    return new ImageBatches(images, Arguments.atLeast(1, batchSize, "batchSize"), preprocessing);
  }

  /** Equal are data sets of equal images in the same order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ImageDataset that && images.equals(that.images);
  }

  @Override
  public int hashCode() {
    return images.hashCode();
  }

  @Override
  public String toString() {
    return size() + " images";
  }
}
