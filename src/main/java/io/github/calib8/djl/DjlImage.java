package io.github.calib8.djl;

import ai.djl.modality.cv.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** What is inside DJL's image. */
final class DjlImage {
  private DjlImage() {}

  /** The pixels; those of OpenCV's and other images, which are none of Java's, by way of a PNG. */
  static BufferedImage decoded(Image image) throws IOException {
    if (image.getWrappedImage() instanceof BufferedImage buffered) {
      return buffered;
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    image.save(png, "png");
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(png.toByteArray()));
    if (decoded == null) {
      throw new IOException(
          "Expected an image that saves itself as PNG, found %s bytes of something else from %s"
              .formatted(png.size(), image.getClass().getName()));
    }
    return decoded;
  }
}
