package io.github.calib8.image;

import io.github.calib8.fuzz.Fuzzing;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageFuzzTest {
  private static final ImageLimits LIMITS = ImageLimits.defaults().withPixels(100_000);
  private static final BufferedImage PICTURE = TestImages.picture(12, 9);

  @Test
  void damagedImagesAreDecodedOrRefused() throws IOException {
    Fuzzing.check(
        List.of(
            TestImages.jpeg(PICTURE),
            TestImages.progressiveJpeg(PICTURE),
            TestImages.png(PICTURE),
            TestImages.gif(PICTURE),
            TestImages.bmp(PICTURE),
            encoded(PICTURE, "tiff"),
            encoded(new BufferedImage(9, 5, BufferedImage.TYPE_BYTE_BINARY), "wbmp")),
        file -> {
          try {
            Pixels.decode(file, LIMITS);
          } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
          }
        },
        UncheckedIOException.class);
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, bytes)) {
      throw new IOException("Expected a writer of " + format + ", found none");
    }
    return bytes.toByteArray();
  }
}
