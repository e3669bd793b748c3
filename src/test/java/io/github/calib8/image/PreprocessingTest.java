package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessingTest {
  private static float[] apply(Preprocessing preprocessing, BufferedImage image) {
    float[] target =
        new float[preprocessing.channels() * preprocessing.height() * preprocessing.width()];
    preprocessing.apply(image, target, 0);
    return target;
  }

  /** Pixel (x, y) has red 16 y + x. */
  private static BufferedImage numbered(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 16 * y + x << 16);
      }
    }
    return image;
  }

  @Test
  void caffeIsBgrMinusMean() {
    float[] values = apply(Preprocessing.caffe(), TestImages.plain(300, 200, 0xc86432));
    int plane = 224 * 224;
    assertThat(values).hasSize(3 * plane);
    assertThat(values[0]).isEqualTo(50f - 104f);
    assertThat(values[plane]).isEqualTo(100f - 117f);
    assertThat(values[3 * plane - 1]).isEqualTo(200f - 123f);
  }

  @Test
  void torchvisionIsRgbNormalized() {
    float[] values = apply(Preprocessing.torchvision(), TestImages.plain(300, 200, 0xc86432));
    int plane = 224 * 224;
    assertThat(values[0]).isEqualTo((200 / 255f - 0.485f) / 0.229f);
    assertThat(values[plane]).isEqualTo((100 / 255f - 0.456f) / 0.224f);
    assertThat(values[3 * plane - 1]).isEqualTo((50 / 255f - 0.406f) / 0.225f);
  }

  @Test
  void idNamesEveryParameter() {
    assertThat(Preprocessing.caffe().id())
        .isEqualTo(
            "resize=square:256,filter=bilinear,crop=224x224,crop-rounding=down,channels=bgr,"
                + "divisor=1.0,mean=104.0/117.0/123.0,std=1.0/1.0/1.0");
    assertThat(Preprocessing.torchvision().id())
        .isEqualTo(
            "resize=short:256,filter=antialiased-bilinear,crop=224x224,crop-rounding=half-to-even,"
                + "channels=rgb,divisor=255.0,mean=0.485/0.456/0.406,std=0.229/0.224/0.225");
    assertThat(Preprocessing.caffe().withResize(Resize.none()).withCrop(64, 32).id())
        .startsWith("resize=none,filter=none,crop=64x32,");
  }

  @Test
  void presetsAdapt() {
    Preprocessing adapted =
        Preprocessing.caffe()
            .withResize(Resize.shorterSide(48))
            .withCrop(32)
            .withFilter(ResizeFilter.ANTIALIASED_BICUBIC);
    assertThat(adapted.height()).isEqualTo(32);
    assertThat(adapted.width()).isEqualTo(32);
    assertThat(adapted.channels()).isEqualTo(3);
    assertThat(apply(adapted, TestImages.plain(100, 60, 0xffffff))[0]).isEqualTo(255f - 104f);
    assertThat(adapted)
        .isEqualTo(adapted.toBuilder().build())
        .hasSameHashCodeAs(adapted.toBuilder().build())
        .isNotEqualTo(Preprocessing.caffe());
  }

  @Test
  void withoutResizingTheCropIsCopied() {
    Preprocessing crop = Preprocessing.builder().withCrop(2, 3).build();
    float[] values = apply(crop, numbered(7, 6));
    assertThat(values).startsWith(34, 35, 36, 50, 51, 52).hasSize(18);
  }

  @Test
  void oddMarginsRoundAsCaffeAndAsTorchvisionDo() {
    PreprocessingBuilder builder = Preprocessing.builder().withCrop(4);
    Preprocessing down = builder.withCropRounding(CropRounding.DOWN).build();
    Preprocessing halfToEven = builder.withCropRounding(CropRounding.HALF_TO_EVEN).build();
    // Margins of 3 and 1.
    assertThat(apply(down, numbered(7, 5))[0]).isEqualTo(1);
    assertThat(apply(halfToEven, numbered(7, 5))[0]).isEqualTo(2);
    // A margin of 5.
    assertThat(apply(down, numbered(9, 4))[0]).isEqualTo(2);
    assertThat(apply(halfToEven, numbered(9, 4))[0]).isEqualTo(2);
  }

  @Test
  void resizedAndCroppedIsTheCropOfTheResized() {
    BufferedImage image = TestImages.picture(50, 40);
    for (ResizeFilter filter : ResizeFilter.values()) {
      Preprocessing whole =
          Preprocessing.builder()
              .withResize(Resize.square(24))
              .withFilter(filter)
              .withCrop(24)
              .build();
      float[] all = apply(whole, image);
      float[] center = apply(whole.withCrop(8), image);
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < 8; y++) {
          for (int x = 0; x < 8; x++) {
            assertThat(center[(c * 8 + y) * 8 + x]).isEqualTo(all[(c * 24 + y + 8) * 24 + x + 8]);
          }
        }
      }
    }
  }

  @Test
  void grayIsLuma() {
    Preprocessing gray = Preprocessing.builder().withChannels(Channels.GRAY).withCrop(1).build();
    assertThat(gray.channels()).isEqualTo(1);
    assertThat(apply(gray, TestImages.plain(1, 1, 0xc86432))).containsExactly(124);
    assertThat(apply(gray, TestImages.plain(1, 1, 0xffffff))).containsExactly(255);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_4BYTE_ABGR_PRE
      })
  void theKindOfImageDoesNotMatter(int type) {
    BufferedImage picture = TestImages.picture(20, 10);
    BufferedImage converted = new BufferedImage(22, 12, type);
    Graphics2D graphics = converted.createGraphics();
    graphics.drawImage(picture, 1, 1, null);
    graphics.dispose();
    Preprocessing crop = Preprocessing.builder().withCrop(10, 20).build();
    // Also as a part of a larger image, whose raster starts elsewhere.
    assertThat(apply(crop, converted.getSubimage(1, 1, 20, 10))).isEqualTo(apply(crop, picture));
    assertThat(apply(crop, converted)).isEqualTo(apply(crop, picture));
  }

  @Test
  void lowColorImagesAreConvertedByTheirColorModel() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
    image.setRGB(0, 0, 0xffffff);
    assertThat(apply(Preprocessing.builder().withCrop(1).build(), image)).containsOnly(255);
    BufferedImage binary = new BufferedImage(3, 3, BufferedImage.TYPE_BYTE_BINARY);
    binary.setRGB(1, 1, 0xffffff);
    assertThat(apply(Preprocessing.builder().withCrop(1).build(), binary)).containsOnly(255);
  }

  @Test
  void onePixelIsEnoughToBeResized() {
    BufferedImage pixel = TestImages.plain(1, 1, 0x0a0b0c);
    assertThat(apply(Preprocessing.caffe(), pixel)).contains(12 - 104f, 11 - 117f, 10 - 123f);
    assertThat(apply(Preprocessing.torchvision(), pixel)).hasSize(3 * 224 * 224);
  }

  @Test
  void extremeAspectRatiosDoNotTakeMemory() {
    assertThat(apply(Preprocessing.torchvision(), TestImages.plain(1, 20_000, 0xffffff)))
        .hasSize(3 * 224 * 224);
  }

  @Test
  void tooSmallAnImageIsAnErrorWithBothSizes() {
    Preprocessing crop = Preprocessing.caffe().withResize(Resize.none());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> apply(crop, TestImages.plain(300, 223, 0)))
        .withMessage(
            "Expected an image of at least 224 x 224 pixels for the crop (width x height, resize none), found 300 x 223");
  }

  @Test
  void valuesAreWrittenFromTheOffset() {
    Preprocessing crop = Preprocessing.builder().withCrop(1).build();
    float[] target = new float[5];
    crop.apply(TestImages.plain(1, 1, 0x010203), target, 1);
    assertThat(target).containsExactly(0, 1, 2, 3, 0);
    assertThatThrownBy(() -> crop.apply(TestImages.plain(1, 1, 0), target, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aBuilderServesMoreThanOnce() {
    PreprocessingBuilder builder = Preprocessing.builder().withCrop(8);
    assertThat(builder.build().channels()).isEqualTo(3);
    assertThat(builder.withChannels(Channels.GRAY).build().id()).endsWith("mean=0.0,std=1.0");
  }

  @Test
  void impossibleParametersAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> apply(Preprocessing.caffe().withCrop(257), TestImages.plain(1, 1, 0)))
        .withMessage("Expected a crop that fits square:256, found 257 x 257 (width x height)");
    assertThatIllegalArgumentException().isThrownBy(() -> Preprocessing.caffe().withCrop(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.builder().withCrop(40_000).build())
        .withMessage("Expected a crop of fewer than 2^31 values, found 3 x 40000 x 40000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.builder().withMean(1, 2).build())
        .withMessage("Expected 3 finite values of mean for channels rgb, found [1.0, 2.0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.builder().withStd(1, Float.NaN, 1).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.builder().withStd(1, 0, 1).build())
        .withMessageContaining("other than 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.builder().withDivisor(0).build());
  }
}
