package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.image.TestImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class LabeledImageTest {

  @Test
  void aThumbnailIsTheWholeImageReduced() throws IOException {
    LabeledImage image =
        LabeledImage.of("wide.png", 0, TestImages.png(TestImages.plain(300, 150, 0x20a060)));

    BufferedImage thumbnail = read(image.thumbnail(96));

    assertThat(thumbnail.getWidth()).isEqualTo(96);
    assertThat(thumbnail.getHeight()).isEqualTo(48);
    int rgb = thumbnail.getRGB(40, 20);
    assertThat(rgb >> 16 & 0xff).isBetween(0x1c, 0x24);
    assertThat(rgb >> 8 & 0xff).isBetween(0x9c, 0xa4);
    assertThat(rgb & 0xff).isBetween(0x5c, 0x64);
  }

  @Test
  void aSmallOrVeryNarrowImageHasOneToo() throws IOException {
    BufferedImage small =
        read(
            LabeledImage.of("small.png", 0, TestImages.png(TestImages.picture(8, 5)))
                .thumbnail(96));
    BufferedImage narrow =
        read(
            LabeledImage.of("narrow.png", 0, TestImages.png(TestImages.plain(1, 500, 0)))
                .thumbnail(50));

    assertThat(small.getWidth()).isEqualTo(8);
    assertThat(small.getHeight()).isEqualTo(5);
    assertThat(narrow.getWidth()).isEqualTo(1);
    assertThat(narrow.getHeight()).isEqualTo(50);
  }

  @Test
  void whatIsNoImageHasNone() {
    LabeledImage image = LabeledImage.of("text.png", 0, new byte[] {1, 2, 3});

    assertThatThrownBy(() -> image.thumbnail(96)).isInstanceOf(IOException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> image.thumbnail(0));
  }

  private static BufferedImage read(byte[] jpeg) throws IOException {
    assertThat(jpeg).startsWith(0xff, 0xd8);
    return ImageIO.read(new ByteArrayInputStream(jpeg));
  }
}
