package io.github.calib8.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import io.github.calib8.image.ImageLimits;
import io.github.calib8.image.Pixels;
import io.github.calib8.image.TestImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** DJL's images have the pixels that calibration saw, or are refused as they are there. */
class DjlImageFactoryTest {
  private static final ImageFactory OURS = DjlImageFactory.of(ImageLimits.defaults());
  private static final ImageFactory DJLS = new BufferedImageFactory();
  private static final BufferedImage PICTURE = TestImages.picture(40, 24);

  @TempDir private Path folder;

  private static int[] pixels(Image image) {
    return TestImages.rgb(Pixels.of((BufferedImage) image.getWrappedImage()));
  }

  private static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  static Stream<byte[]> files() {
    return Stream.of(
        TestImages.jpeg(PICTURE),
        TestImages.progressiveJpeg(PICTURE),
        TestImages.png(PICTURE),
        TestImages.png(TestImages.of16Bits(8, 8, 3000, 40000, 65535)),
        TestImages.png(translucent()),
        fourChannels(),
        TestImages.gif(PICTURE),
        TestImages.bmp(PICTURE));
  }

  private static BufferedImage translucent() {
    BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_ARGB);
    Random random = new Random(5);
    for (int i = 0; i < 63; i++) {
      image.setRGB(i % 9, i / 9, random.nextInt());
    }
    return image;
  }

  private static byte[] fourChannels() {
    return TestImages.fourChannelJpeg(16, 8, 0, 250, 125, 60, 204);
  }

  @ParameterizedTest
  @MethodSource("files")
  void theSamePixelsFromEverywhere(byte[] file) throws IOException {
    int[] expected = TestImages.rgb(Pixels.decode(file, ImageLimits.defaults()));
    Path path = TestImages.write(folder.resolve("image"), file);
    String data = "data:image/any;base64," + Base64.getEncoder().encodeToString(file);
    URL url = path.toUri().toURL();
    for (Image image :
        List.of(
            OURS.fromFile(path),
            OURS.fromInputStream(stream(file)),
            OURS.fromUrl(url),
            OURS.fromUrl(data))) {
      assertThat(pixels(image)).isEqualTo(expected);
    }
  }

  @Test
  void fourChannelsHaveTheColorsOfTheFile() throws IOException {
    assertThat(pixels(OURS.fromInputStream(stream(fourChannels())))).startsWith(200, 100, 48);
  }

  @Test
  void aFileThatWasCutIsRefused() throws IOException {
    byte[] whole = TestImages.jpeg(PICTURE);
    byte[] half = Arrays.copyOf(whole, whole.length * 2 / 3);
    assertThat(DJLS.fromInputStream(stream(half)).getWidth()).isEqualTo(40);
    Path path = Files.write(folder.resolve("half.jpg"), half);
    assertThatIOException()
        .isThrownBy(() -> OURS.fromInputStream(stream(half)))
        .withMessageContaining("truncated");
    assertThatIOException()
        .isThrownBy(() -> OURS.fromFile(path))
        .withMessageStartingWith(path + ": ")
        .withMessageContaining("truncated");
  }

  @Test
  void limitsFoldersAndTextAreRefused() {
    byte[] file = TestImages.png(PICTURE);
    ImageFactory small = DjlImageFactory.of(ImageLimits.defaults().withPixels(900));
    assertThatIOException()
        .isThrownBy(() -> small.fromInputStream(stream(file)))
        .withMessageContaining("at most 900 pixels");
    assertThatIOException()
        .isThrownBy(() -> OURS.fromFile(folder))
        .withMessage(folder + ": Expected an image file, found a folder: " + folder);
    assertThat(catchThrowable(() -> OURS.fromInputStream(stream("text".getBytes()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("found text 'text");
  }
}
