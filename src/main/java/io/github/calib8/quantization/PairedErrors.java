package io.github.calib8.quantization;

import io.github.calib8.work.Internal;

/** Squared errors that two ways make of the same images. Stateless and thread-safe. */
@Internal
public final class PairedErrors {
  private PairedErrors() {}

  /**
   * Whether errors are less than others: in total, and in the mean over the images of the
   * difference of their roots, since of squares a few images have the most.
   *
   * @param squares a squared error an image, or a divergence, which grows likewise; 0 or more
   * @param others those of the same images
   * @param standardErrors by how many standard errors of itself the mean difference must be below
   *     0: what counts as more than noise
   * @return true if so; false of fewer than two images
   * @throws IllegalArgumentException if the numbers of images differ
   */
  public static boolean areLess(double[] squares, double[] others, double standardErrors) {
    if (squares.length != others.length) {
      throw new IllegalArgumentException(
          "Expected errors of as many images, found %s and %s"
              .formatted(squares.length, others.length));
    }
    int images = squares.length;
    if (images < 2) {
      return false;
    }
    double[] differences = new double[images];
    for (int i = 0; i < images; i++) {
      differences[i] = Math.sqrt(squares[i]) - Math.sqrt(others[i]);
    }
    double mean = mean(differences);
    double variance = 0;
    for (double difference : differences) {
      variance += (difference - mean) * (difference - mean) / (images - 1);
    }
    return mean(squares) < mean(others) && mean < -standardErrors * Math.sqrt(variance / images);
  }

  /**
   * The mean over the images.
   *
   * @param errors an error an image
   * @return their mean; 0 of no image
   */
  public static double mean(double[] errors) {
    double sum = 0;
    for (double error : errors) {
      sum += error;
    }
    return errors.length == 0 ? 0 : sum / errors.length;
  }
}
