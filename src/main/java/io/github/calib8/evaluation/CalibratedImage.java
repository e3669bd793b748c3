package io.github.calib8.evaluation;

import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageContents;
import java.util.List;

/**
 * An image that measures and has, byte for byte, calibrated under another name. A value; immutable
 * and thread-safe.
 *
 * @param measured its name among the images that measure
 * @param calibrated its name among those that calibrated
 */
public record CalibratedImage(String measured, String calibrated) {
  /**
   * Finds such images. Only images of equal length are read: few, as a rule.
   *
   * @param calibrating the images that calibrated
   * @param measuring the images that measure
   * @return those found, in the order of the images that measure
   */
  public static List<CalibratedImage> between(ImageBatches calibrating, ImageBatches measuring) {
    return ImageContents.between(calibrating.images(), measuring.images()).stream()
        .map(image -> new CalibratedImage(image.second(), image.first()))
        .toList();
  }
}
