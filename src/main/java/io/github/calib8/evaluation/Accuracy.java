package io.github.calib8.evaluation;

import java.util.Objects;
import java.util.Optional;

/**
 * What one model got right, and how fast.
 *
 * <p>Counts are the data and percentages are derived from them, so that differences of two models
 * over the same images carry no rounding of their own. Immutable, and so safe for use by several
 * threads.
 *
 * @param images number of images, at least 1
 * @param top1Correct images whose label ranks first
 * @param top5Correct images whose label is among the first five
 * @param imagesPerSecond throughput of the engine; how it is measured is told in {@link Evaluator}
 * @param products how much of an INT8 model ran in integers; empty for FP32, and where that is not
 *     known
 */
public record Accuracy(
    long images,
    long top1Correct,
    long top5Correct,
    double imagesPerSecond,
    Optional<IntegerProducts> products) {

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException if there is no image, the counts are not 0 &lt;= top-1 &lt;=
   *     top-5 &lt;= images, or the throughput is not a positive number
   */
  public Accuracy {
    Objects.requireNonNull(products, "products");
    if (images < 1 || top1Correct < 0 || top5Correct < top1Correct || images < top5Correct) {
      throw new IllegalArgumentException(
          "Expected 0 <= top-1 <= top-5 <= images with at least one image, found "
              + top1Correct
              + ", "
              + top5Correct
              + ", "
              + images);
    }
    if (!(imagesPerSecond > 0) || Double.isInfinite(imagesPerSecond)) {
      throw new IllegalArgumentException(
          "Expected a positive number of images a second, found " + imagesPerSecond);
    }
  }

  /**
   * The figures of an FP32 model, or of one of which is not known what ran in integers.
   *
   * @param images number of images, at least 1
   * @param top1Correct images whose label ranks first
   * @param top5Correct images whose label is among the first five
   * @param imagesPerSecond throughput of the engine
   * @throws IllegalArgumentException if the counts cannot be true
   */
  public Accuracy(long images, long top1Correct, long top5Correct, double imagesPerSecond) {
    this(images, top1Correct, top5Correct, imagesPerSecond, Optional.empty());
  }

  /**
   * These figures with what ran in integers.
   *
   * @param newProducts the counts; empty if they are not known
   * @return the figures
   */
  public Accuracy withProducts(Optional<IntegerProducts> newProducts) {
    return new Accuracy(images, top1Correct, top5Correct, imagesPerSecond, newProducts);
  }

  /**
   * The top-1 accuracy.
   *
   * @return share of the images whose label ranks first, in percent
   */
  public double top1() {
    return 100.0 * top1Correct / images;
  }

  /**
   * The top-5 accuracy.
   *
   * @return share of the images whose label is among the first five, in percent
   */
  public double top5() {
    return 100.0 * top5Correct / images;
  }
}
