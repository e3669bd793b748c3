package io.github.calib8.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;

/** Makes a small picture of an image, for people. */
final class Thumbnail {

  private Thumbnail() {}

  /** A JPEG of the whole image, its longer side reduced to {@code side} pixels if it is longer. */
  static byte[] jpeg(Pixels image, int side) throws IOException {
    double scale = Math.min(1, (double) side / Math.max(image.width, image.height));
    int width = Math.max(1, (int) Math.rint(image.width * scale));
    int height = Math.max(1, (int) Math.rint(image.height * scale));
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] colors = new int[width];
    RowSink rows =
        (y, samples) -> {
          for (int x = 0; x < width; x++) {
            colors[x] = samples[x] << 16 | samples[width + x] << 8 | samples[2 * width + x];
          }
          small.setRGB(0, y, width, 1, colors, 0, width);
        };
    if (width == image.width && height == image.height) {
      image.rows(rows);
    } else {
      Resampler.Part whole = new Resampler.Part(0, 0, width, height);
      ResizeFilter.ANTIALIASED_BILINEAR.resampler().resample(image, width, height, whole, rows);
    }
    try (ByteArrayOutputStream jpeg = new ByteArrayOutputStream()) {
      if (!ImageIO.write(small, "jpeg", jpeg)) {
        throw new IIOException("Expected a plug-in that writes JPEG, found none");
      }
      return jpeg.toByteArray();
    }
  }
}
