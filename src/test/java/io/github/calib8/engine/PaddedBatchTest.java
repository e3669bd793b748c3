package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.calib8.tensor.FloatTensor;
import org.junit.jupiter.api.Test;

class PaddedBatchTest {
  private static final FloatTensor BATCH =
      FloatTensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5, 1, 1, 2);

  @Test
  void theLastImageIsRepeated() {
    FloatTensor part = BATCH.rows(2, 4);
    PaddedBatch padded = PaddedBatch.of(part, 5);
    assertThat(padded.images().shape()).containsExactly(5, 1, 1, 2);
    assertThat(padded.images().toArray()).containsExactly(5, 6, 7, 8, 7, 8, 7, 8, 7, 8);
    padded.close();
    assertThatIllegalStateException().isThrownBy(() -> padded.images().values());
    assertThat(part.toArray()).containsExactly(5, 6, 7, 8);
  }

  @Test
  void asManyImagesAsAreWantedStayTheCallers() {
    try (PaddedBatch padded = PaddedBatch.of(BATCH, 5)) {
      assertThat(padded.images()).isSameAs(BATCH);
    }
    assertThat(BATCH.toArray()).startsWith(1, 2);
  }
}
