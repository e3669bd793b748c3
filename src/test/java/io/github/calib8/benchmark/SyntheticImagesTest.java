package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class SyntheticImagesTest {
  @Test
  void valuesAreNotZeroAndAlwaysTheSame() {
    try (INDArray images = SyntheticImages.batch(TinyNetworks.classifier(-1), 3);
        INDArray again = SyntheticImages.batch(TinyNetworks.classifier(-1), 3)) {
      assertThat(images.shape()).containsExactly(3, 3, 8, 8);
      float[] values = images.data().asFloat();
      for (float value : values) {
        assertThat(Math.abs(value)).isBetween(0.5f, 128f);
      }
      assertThat(values).hasSize(576).isEqualTo(again.data().asFloat());
    }
  }
}
