package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.image.Channels;
import io.github.calib8.image.CropRounding;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import org.junit.jupiter.api.Test;

class PreprocessingTextTest {

  @Test
  void presetsAreNamed() {
    assertThat(PreprocessingText.options(Preprocessing.caffe())).contains("--preprocess caffe");
    assertThat(PreprocessingText.options(Preprocessing.torchvision()))
        .contains("--preprocess torchvision");
  }

  @Test
  void onlyWhatDiffersFollows() {
    Preprocessing small =
        Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);

    assertThat(PreprocessingText.options(small))
        .contains("--preprocess torchvision --resize short:72 --crop 64");
  }

  @Test
  void otherChannelsNeedMeanAndStd() {
    Preprocessing swapped =
        Preprocessing.torchvision().toBuilder()
            .withChannels(Channels.BGR)
            .withMean(0.406f, 0.456f, 0.485f)
            .build();

    assertThat(PreprocessingText.options(swapped))
        .contains(
            "--preprocess torchvision --channels bgr --mean 0.406,0.456,0.485 --std"
                + " 0.229,0.224,0.225");
  }

  @Test
  void withoutAPresetSizeAndANumberAreGiven() {
    Preprocessing plain = Preprocessing.builder().withMean(127.5f, 127.5f, 127.5f).build();

    assertThat(PreprocessingText.options(plain)).contains("--resize none --mean 127.5");
  }

  @Test
  void rectanglesAndBothRoundingsCanBeSaid() {
    assertThat(PreprocessingText.options(Preprocessing.caffe().withCrop(224, 200)))
        .contains("--preprocess caffe --crop 224x200");
    Preprocessing other =
        Preprocessing.caffe().toBuilder().withCropRounding(CropRounding.HALF_TO_EVEN).build();
    assertThat(PreprocessingText.options(other).orElseThrow())
        .startsWith("--preprocess torchvision --resize square:256 ");
  }
}
