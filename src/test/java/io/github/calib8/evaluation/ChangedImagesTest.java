package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ChangedImagesTest {

  private final ChangedImages changed =
      new ChangedImages(OutputKind.LOGITS, OutputKind.PROBABILITIES);

  @Test
  void keepsThoseWhoseFirstClassDiffers() {
    float ln3 = (float) Math.log(3);
    float[] fp32 = {9, 9, ln3, 0, 0, 5};
    float[] int8 = {9, 9, 0.25f, 0.75f, 0.1f, 0.9f};

    changed.add("changed", 1, ModelScores.of(fp32), ModelScores.of(int8), 2, 2);
    changed.add("same", 1, ModelScores.of(fp32), ModelScores.of(int8), 4, 2);

    assertThat(changed.images()).hasSize(1);
    ChangedImage image = changed.images().get(0);
    assertThat(image.image()).isEqualTo("changed");
    assertThat(image.label()).isEqualTo(1);
    assertThat(image.fp32Class()).isZero();
    assertThat(image.int8Class()).isEqualTo(1);
    assertThat(image.fp32Probability()).isCloseTo(0.75, within(1e-6));
    assertThat(image.int8Probability()).isCloseTo(0.75, within(1e-6));
  }

  @Test
  void keepsTheFirstOnesOnly() {
    for (int i = 0; i < AccuracyReport.MAX_CHANGED + 10; i++) {
      changed.add(
          "image" + i,
          0,
          ModelScores.of(new float[] {1, 0}),
          ModelScores.of(new float[] {0, 1}),
          0,
          2);
    }

    assertThat(changed.images())
        .hasSize(AccuracyReport.MAX_CHANGED)
        .extracting(ChangedImage::image)
        .startsWith("image0")
        .endsWith("image" + (AccuracyReport.MAX_CHANGED - 1));
  }
}
