package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final BufferedImage PICTURE = TestImages.picture(48, 32);

  /** EXIF that says: rotate by 90 degrees. */
  private static final byte[] EXIF =
      bytes(
          "Exif\0\0II*\0\u0008\0\0\0\u0001\0\u0012\u0001\u0003\0\u0001\0\0\0\u0006\0\0\0\0\0\0\0");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int[] rgb(BufferedImage image) {
    return TestImages.rgb(Pixels.of(image));
  }

  private static int[] decoded(byte[] file) throws IOException {
    return rgb(ImageDecoder.decode(file));
  }

  private static void assertClose(int[] found, int[] expected, int tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .as("sample %d", i)
          .isBetween(expected[i] - tolerance, expected[i] + tolerance);
    }
  }

  private static void assertPlain(BufferedImage image, int red, int green, int blue) {
    int[] rgb = rgb(image);
    int[] expected = new int[rgb.length];
    for (int i = 0; i < expected.length; i += 3) {
      expected[i] = red;
      expected[i + 1] = green;
      expected[i + 2] = blue;
    }
    assertClose(rgb, expected, 2);
  }

  @Test
  void losslessFormatsKeepEveryPixel() throws IOException {
    assertThat(decoded(TestImages.png(PICTURE))).isEqualTo(rgb(PICTURE));
    assertThat(decoded(TestImages.bmp(PICTURE))).isEqualTo(rgb(PICTURE));
  }

  @Test
  void aJpegIsClose() throws IOException {
    BufferedImage plain = TestImages.plain(20, 20, 0xc86432);
    assertPlain(ImageDecoder.decode(TestImages.jpeg(plain)), 200, 100, 50);
  }

  @Test
  void aProgressiveJpegIsReadLikeABaselineOne() throws IOException {
    byte[] progressive = TestImages.progressiveJpeg(PICTURE);
    assertThat(decoded(progressive)).isEqualTo(decoded(TestImages.jpeg(PICTURE)));
    byte[] truncated = Arrays.copyOf(progressive, progressive.length * 2 / 3);
    assertThatThrownBy(() -> ImageDecoder.decode(truncated)).isInstanceOf(IOException.class);
  }

  @Test
  void paletteImagesAreRead() throws IOException {
    BufferedImage plain = TestImages.plain(20, 16, 0xc86432);
    BufferedImage palette = new BufferedImage(20, 16, BufferedImage.TYPE_BYTE_INDEXED);
    Graphics2D graphics = palette.createGraphics();
    graphics.drawImage(plain, 0, 0, null);
    graphics.dispose();
    assertThat(decoded(TestImages.gif(palette))).isEqualTo(rgb(palette));
    assertThat(decoded(TestImages.png(palette))).isEqualTo(rgb(palette));
  }

  @Test
  void grayValuesAreTakenAsTheyAreStored() throws IOException {
    BufferedImage gray = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        gray.getRaster().setSample(x, y, 0, 100);
      }
    }
    assertPlain(ImageDecoder.decode(TestImages.png(gray)), 100, 100, 100);
    assertPlain(ImageDecoder.decode(TestImages.jpeg(gray)), 100, 100, 100);
  }

  @Test
  void sixteenBitsAreCutToEight() throws IOException {
    BufferedImage gray = TestImages.of16Bits(3, 3, 0x64ff);
    BufferedImage grayAlpha = TestImages.of16Bits(3, 3, 0x64ff, 0x1000);
    BufferedImage rgb = TestImages.of16Bits(3, 3, 0x10ff, 0x2000, 0x3080);
    assertThat(decoded(TestImages.png(gray))).containsOnly(0x64);
    assertThat(decoded(TestImages.png(grayAlpha))).containsOnly(0x64);
    assertThat(Arrays.copyOf(decoded(TestImages.png(rgb)), 3)).containsExactly(0x10, 0x20, 0x30);
  }

  @Test
  void alphaIsDropped() throws IOException {
    BufferedImage transparent = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    transparent.setRGB(0, 0, 0x00c86432);
    transparent.setRGB(1, 0, 0x80c86432);
    assertThat(decoded(TestImages.png(transparent))).containsExactly(200, 100, 50, 200, 100, 50);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0})
  void cmykJpegsAreReadAsAdobeInvertsThem(int adobeTransform) throws IOException {
    byte[] jpeg =
        TestImages.fourChannelJpeg(
            16, 8, adobeTransform < 0 ? null : adobeTransform, 250, 125, 60, 204);
    assertPlain(ImageDecoder.decode(jpeg), 250 * 204 / 255, 125 * 204 / 255, 60 * 204 / 255);
  }

  @Test
  void ycckJpegsAreRead() throws IOException {
    // Luma 80 without chroma: libjpeg's CMY is 255 - 80.
    byte[] jpeg = TestImages.fourChannelJpeg(16, 8, 2, 80, 128, 128, 204);
    assertPlain(ImageDecoder.decode(jpeg), 140, 140, 140);
    // Y 149, Cb 72, Cr 164 is RGB 199, 143, 50.
    jpeg = TestImages.fourChannelJpeg(16, 8, 2, 149, 72, 164, 255);
    assertPlain(ImageDecoder.decode(jpeg), 255 - 199, 255 - 143, 255 - 50);
  }

  @Test
  void exifOrientationIsIgnored() throws IOException {
    byte[] jpeg = TestImages.jpeg(PICTURE);
    assertThat(decoded(TestImages.withSegment(jpeg, 0xe1, EXIF))).isEqualTo(decoded(jpeg));
  }

  @Test
  void colorIsReadTheSameWithoutJfif() throws IOException {
    byte[] jpeg = TestImages.jpeg(PICTURE);
    byte[] bare = TestImages.withoutJfif(jpeg);
    assertThat(decoded(bare)).isEqualTo(decoded(jpeg));
    assertThat(decoded(TestImages.withSegment(bare, 0xe1, EXIF))).isEqualTo(decoded(jpeg));
  }

  @Test
  void anAdobeMarkerTellsRgbFromLumaAndChroma() throws IOException {
    byte[] jpeg = TestImages.jpeg(TestImages.plain(16, 16, 0x808080));
    byte[] bare = TestImages.withoutJfif(jpeg);
    byte[] adobeRgb = bytes("Adobe\0d\0\0\0\0\0");
    // Gray is Y 128, Cb 128, Cr 128: the same bytes read as RGB are the same gray.
    assertPlain(ImageDecoder.decode(TestImages.withSegment(bare, 0xee, adobeRgb)), 128, 128, 128);
    byte[] red = TestImages.withoutJfif(TestImages.jpeg(TestImages.plain(16, 16, 0xff0000)));
    assertPlain(ImageDecoder.decode(TestImages.withSegment(red, 0xee, adobeRgb)), 76, 85, 255);
  }

  @Test
  void colorProfilesAreNotApplied() throws IOException {
    byte[] jpeg = TestImages.jpeg(PICTURE);
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] segment = TestImages.concat(bytes("ICC_PROFILE\0\1\1"), profile);
    assertThat(decoded(TestImages.withSegment(jpeg, 0xe2, segment))).isEqualTo(decoded(jpeg));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Exif\0\0II*\0\uffff\uffff\uffff",
        "Exif\0\0MM\0*\0\0\0\u0008\u00ff\u00ff",
        "ICC_PROFILE\0\1\1 not a profile",
        "ICC_PROFILE\0\7\1",
        "JFXX\0\u0010",
        ""
      })
  void damagedSegmentsDoNoHarm(String segment) throws IOException {
    byte[] jpeg = TestImages.jpeg(PICTURE);
    for (int marker : new int[] {0xe0, 0xe1, 0xe2, 0xed, 0xee, 0xfe}) {
      assertThat(decoded(TestImages.withSegment(jpeg, marker, bytes(segment))))
          .isEqualTo(decoded(jpeg));
    }
  }

  @Test
  void bytesBetweenMarkersAreSkipped() throws IOException {
    byte[] jpeg = TestImages.jpeg(PICTURE);
    byte[] stray =
        TestImages.concat(
            Arrays.copyOf(jpeg, 20),
            new byte[] {0, 1, 2, (byte) 0xff, (byte) 0xff},
            Arrays.copyOfRange(jpeg, 20, jpeg.length),
            bytes("more after the end"));
    assertThat(decoded(stray)).isEqualTo(decoded(jpeg));
  }

  @Test
  void aMissingEndMarkerAloneDoesNoHarm() throws IOException {
    byte[] jpeg = TestImages.jpeg(PICTURE);
    assertThat(decoded(Arrays.copyOf(jpeg, jpeg.length - 2))).isEqualTo(decoded(jpeg));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.5, 0.9, 0.97})
  void truncatedImagesAreErrors(double part) {
    BufferedImage large = TestImages.picture(200, 150);
    for (byte[] file : new byte[][] {TestImages.jpeg(large), TestImages.png(large)}) {
      byte[] truncated = Arrays.copyOf(file, (int) (part * file.length));
      assertThatThrownBy(() -> ImageDecoder.decode(truncated)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aTruncatedJpegIsCalledTruncated() {
    byte[] jpeg = TestImages.jpeg(TestImages.picture(200, 150));
    assertThatThrownBy(() -> ImageDecoder.decode(Arrays.copyOf(jpeg, jpeg.length / 2)))
        .hasMessageContaining("Expected a complete image, found a truncated one");
  }

  @Test
  void whatIsNoImageIsShown() {
    assertThatThrownBy(() -> ImageDecoder.decode(bytes("Hello, world, how are you?\n")))
        .hasMessage(
            "Expected an image that an ImageIO plug-in can read, found text 'Hello, world, ho...'");
    assertThatThrownBy(() -> ImageDecoder.decode(new byte[0]))
        .hasMessageEndingWith("found an empty file");
    assertThatThrownBy(() -> ImageDecoder.decode(new byte[] {1, 2, (byte) 0xff}))
        .hasMessageEndingWith("found bytes 01 02 ff ...");
  }
}
