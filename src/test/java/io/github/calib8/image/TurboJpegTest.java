package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurboJpegTest {
  @BeforeEach
  void theLibraryIsInstalled() {
    assumeTrue(
        TurboJpeg.isInstalled(), "libturbojpeg (Debian: libturbojpeg0) is not installed here");
  }

  private static Optional<Pixels> decode(byte[] file) {
    return JpegFile.parse(file).flatMap(TurboJpeg::decode);
  }

  private static int[] byImageIo(byte[] file) throws IOException {
    return TestImages.rgb(Pixels.of(ImageDecoder.decode(file)));
  }

  private static BufferedImage noise(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    Random random = new Random(1);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt());
    }
    return image;
  }

  @ParameterizedTest
  @CsvSource({"64,48", "67,45", "1,1", "2,3", "500,375", "801,655"})
  void thePixelsAreThoseOfImageIo(int width, int height) throws IOException {
    BufferedImage color = noise(width, height, BufferedImage.TYPE_INT_RGB);
    BufferedImage gray = noise(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (byte[] file :
        new byte[][] {
          TestImages.jpeg(color),
          TestImages.progressiveJpeg(color),
          TestImages.jpeg(gray),
          TestImages.jpeg(TestImages.picture(width, height))
        }) {
      assertThat(decode(file).map(TestImages::rgb)).hasValue(byImageIo(file));
    }
  }

  @Test
  void damagedFilesAreLeftToImageIoUnlessTheDamageIsInvisible() throws IOException {
    byte[] file = TestImages.jpeg(noise(120, 90, BufferedImage.TYPE_INT_RGB));
    Random random = new Random(5);
    int left = 0;
    for (int n = 0; n < 300; n++) {
      byte[] damaged = file.clone();
      for (int i = 0; i < 4; i++) {
        damaged[2 + random.nextInt(file.length - 4)] = (byte) random.nextInt();
      }
      Optional<Pixels> pixels = decode(damaged);
      if (pixels.isPresent()) {
        assertThat(TestImages.rgb(pixels.get())).isEqualTo(byImageIo(damaged));
      } else {
        left++;
      }
    }
    assertThat(left).isPositive();
  }

  @Test
  void truncatedFilesAreLeftToImageIo() {
    byte[] file = TestImages.jpeg(TestImages.picture(200, 150));
    assertThat(decode(Arrays.copyOf(file, file.length / 2))).isEmpty();
    assertThat(decode(Arrays.copyOf(file, file.length - 2))).isEmpty();
  }

  @Test
  void unusualFilesAreLeftToImageIo() {
    byte[] cmyk = TestImages.fourChannelJpeg(16, 8, 0, 250, 125, 60, 204);
    assertThat(decode(cmyk)).isEmpty();
    // 2 x 2 luma samples for one of chroma become 1 x 2.
    byte[] tall = TestImages.jpeg(TestImages.picture(32, 32));
    int frame =
        IntStream.range(0, tall.length)
            .filter(i -> (tall[i] & 0xff) == 0xff && (tall[i + 1] & 0xff) == 0xc0)
            .findFirst()
            .orElseThrow();
    assertThat(tall[frame + 11]).isEqualTo((byte) 0x22);
    tall[frame + 11] = 0x12;
    assertThat(decode(tall)).isEmpty();
  }

  @Test
  void severalThreadsDecodeAtOnce() throws IOException {
    byte[] file = TestImages.jpeg(noise(160, 120, BufferedImage.TYPE_INT_RGB));
    int[] expected = byImageIo(file);
    assertThat(
            IntStream.range(0, 200)
                .parallel()
                .allMatch(i -> Arrays.equals(TestImages.rgb(decode(file).orElseThrow()), expected)))
        .isTrue();
  }
}
