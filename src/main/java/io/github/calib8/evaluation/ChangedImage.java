package io.github.calib8.evaluation;

import java.util.Objects;

/**
 * An image for which FP32 and INT8 rank different classes first.
 *
 * <p>Immutable, and so safe for use by several threads.
 *
 * @param image the image's name
 * @param label the class that it has, from 0
 * @param fp32Class the class that FP32 ranks first
 * @param fp32Probability what FP32's softmax gives that class, 0 to 1
 * @param int8Class the class that INT8 ranks first
 * @param int8Probability what INT8's softmax gives that class, 0 to 1
 */
public record ChangedImage(
    String image,
    int label,
    int fp32Class,
    double fp32Probability,
    int int8Class,
    double int8Probability) {

  /**
   * Checks that the class did change.
   *
   * @throws IllegalArgumentException if it did not, or a probability is not in [0, 1]
   */
  public ChangedImage {
    Objects.requireNonNull(image, "image");
    if (fp32Class == int8Class) {
      throw new IllegalArgumentException(
          "Expected different classes for image '%s', found %s twice".formatted(image, fp32Class));
    }
    requireProbability(fp32Probability);
    requireProbability(int8Probability);
  }

  private static void requireProbability(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("Expected a probability of 0 to 1, found " + value);
    }
  }
}
