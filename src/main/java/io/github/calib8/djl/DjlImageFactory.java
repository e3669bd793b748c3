package io.github.calib8.djl;

import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.image.ImageLimits;
import io.github.calib8.image.Pixels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Makes DJL's images of files as this library decodes them, in place of DJL's own factory, which
 * shows a file that was cut half gray and JPEGs of four channels in other colors.
 *
 * <p>{@code ImageFactory.setImageFactory(DjlImageFactory.of(ImageLimits.defaults()))} has DJL use
 * it everywhere, in its data sets too. A URL of {@code http} or {@code data} and a file are decoded
 * alike; what is made of pixels and arrays is left as it is. Immutable and thread-safe.
 */
public final class DjlImageFactory extends BufferedImageFactory {
  private final ImageLimits limits;

  private DjlImageFactory(ImageLimits limits) {
    this.limits = limits;
  }

  /**
   * Returns a factory.
   *
   * @param limits how large an image may be
   * @return the factory
   */
  public static DjlImageFactory of(ImageLimits limits) {
    return new DjlImageFactory(limits);
  }

  /**
   * Decodes a file.
   *
   * @throws IOException if it is missing, no regular file, beyond the limits, cut, or no image; the
   *     text names it
   */
  @Override
  public Image fromFile(Path path) throws IOException {
    try {
      return decoded(LabeledImage.of(path, 0));
    } catch (IOException e) {
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Decodes a stream, which is read to its end and closed.
   *
   * @throws IOException if it is beyond the limits, cut, or no image
   */
  @Override
  public Image fromInputStream(InputStream stream) throws IOException {
    return decoded(LabeledImage.of("stream", 0, () -> stream));
  }

  private Image decoded(LabeledImage image) throws IOException {
    try (InputStream encoded = image.withLimits(limits).open()) {
      return fromImage(Pixels.decode(encoded.readAllBytes(), limits).toImage());
    }
  }
}
