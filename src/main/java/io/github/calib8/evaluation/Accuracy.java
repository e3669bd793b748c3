package io.github.calib8.evaluation;

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
 */
public record Accuracy(long images, long top1Correct, long top5Correct, double imagesPerSecond) {

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException if there is no image, the counts are not 0 &lt;= top-1 &lt;=
   *     top-5 &lt;= images, or the throughput is not a positive number
   */
  public Accuracy {
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
