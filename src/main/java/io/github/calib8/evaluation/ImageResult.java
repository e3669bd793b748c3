package io.github.calib8.evaluation;

import java.util.Objects;

/**
 * What an FP32 model and its INT8 form make of one image.
 *
 * <p>Immutable, and so safe for use by several threads.
 *
 * @param image the image's name
 * @param label the class that it has, from 0
 * @param fp32 what the model before quantization says
 * @param int8 what the model after quantization says, of as many classes
 */
public record ImageResult(String image, int label, ImageScores fp32, ImageScores int8) {

  /** Checks that nothing is missing. */
  public ImageResult {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(fp32, "fp32");
    Objects.requireNonNull(int8, "int8");
  }

  /**
   * Tells whether both rank the same class first.
   *
   * @return whether they agree
   */
  public boolean agrees() {
    return fp32.top(1).equals(int8.top(1));
  }

  /**
   * Returns how far INT8's probabilities are from FP32's.
   *
   * @return KL(FP32 || INT8) in nats, 0 or more
   */
  public double divergence() {
    return fp32.divergence(int8);
  }
}
