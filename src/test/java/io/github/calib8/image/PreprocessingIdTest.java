package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessingIdTest {

  @Test
  void whatIsWrittenIsRead() {
    Preprocessing odd =
        Preprocessing.builder()
            .withResize(Resize.square(90))
            .withFilter(ResizeFilter.ANTIALIASED_BICUBIC)
            .withCrop(64, 48)
            .withCropRounding(CropRounding.HALF_TO_EVEN)
            .withChannels(Channels.GRAY)
            .withLayout(Layout.NHWC)
            .withDivisor(3.5f)
            .withMean(1e-7f)
            .withStd(-2)
            .build();

    assertThat(Preprocessing.parse(odd.id())).contains(odd);
    assertThat(Preprocessing.parse(Preprocessing.caffe().id())).contains(Preprocessing.caffe());
    assertThat(Preprocessing.parse(Preprocessing.torchvision().withResize(Resize.none()).id()))
        .contains(Preprocessing.torchvision().withResize(Resize.none()));
  }

  /** What a later release may write is not taken for what this one knows. */
  @ParameterizedTest
  @ValueSource(strings = {"", "x", "resize=none", "none: tensors of the caller"})
  void otherTextsAreNone(String text) {
    assertThat(Preprocessing.parse(text)).isEmpty();
    assertThat(Preprocessing.parse(Preprocessing.caffe().id() + ",gamma=2.2")).isEmpty();
    assertThat(Preprocessing.parse(Preprocessing.caffe().id().replace("bgr", "xyz"))).isEmpty();
  }
}
