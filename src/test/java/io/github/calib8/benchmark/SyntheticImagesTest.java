package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.tensor.FloatTensor;
import org.junit.jupiter.api.Test;

class SyntheticImagesTest {
  @Test
  void valuesAreNotZeroAndAlwaysTheSame() {
    try (FloatTensor images = SyntheticImages.batch(TinyNetworks.classifier(-1), 3);
        FloatTensor again = SyntheticImages.batch(TinyNetworks.classifier(-1), 3)) {
      assertThat(images.shape()).containsExactly(3, 3, 8, 8);
      float[] values = images.toArray();
      for (float value : values) {
        assertThat(Math.abs(value)).isBetween(0.5f, 128f);
      }
      assertThat(values).hasSize(576).isEqualTo(again.toArray());
    }
  }
}
