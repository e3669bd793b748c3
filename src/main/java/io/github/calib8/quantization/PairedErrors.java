package io.github.calib8.quantization;

/** Errors that two ways make of the same images. Stateless and thread-safe. */
public final class PairedErrors {
  /** Of a mean over images, in its standard errors: what counts as more than noise. */
  private static final double SIGNIFICANT = 2;

  private PairedErrors() {}

  /**
   * Whether errors are less than others by more than noise: in total, and in the mean over the
   * images of the logarithm of their ratio, by twice its standard error. Of errors themselves a few
   * images have the most, and of ratios none.
   *
   * @param errors an error an image, 0 or more
   * @param others those of the same images
   * @return true if so; false of fewer than two images
   * @throws IllegalArgumentException if the numbers of images differ
   */
  public static boolean areLess(double[] errors, double[] others) {
    if (errors.length != others.length) {
      throw new IllegalArgumentException(
          "Expected errors of as many images, found %s and %s"
              .formatted(errors.length, others.length));
    }
    int images = errors.length;
    if (images < 2) {
      return false;
    }
    double[] ratios = new double[images];
    for (int i = 0; i < images; i++) {
      // No error at all is as good as the smallest number's.
      ratios[i] = Math.log((errors[i] + Double.MIN_NORMAL) / (others[i] + Double.MIN_NORMAL));
    }
    double mean = mean(ratios);
    double squares = 0;
    for (double ratio : ratios) {
      squares += (ratio - mean) * (ratio - mean);
    }
    double standardError = Math.sqrt(squares / (images - 1) / images);
    return mean(errors) < mean(others) && mean < -SIGNIFICANT * standardError;
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
