package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class PaddedBatchTest {
  private static final INDArray BATCH =
      Nd4j.create(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, new long[] {5, 1, 1, 2}, 'c');

  @Test
  void theLastImageIsRepeated() {
    INDArray part = BATCH.get(NDArrayIndex.interval(2, 4));
    try (PaddedBatch padded = PaddedBatch.of(part, 4)) {
      assertThat(padded.images().shape()).containsExactly(4, 1, 1, 2);
      assertThat(padded.images().reshape(8).toFloatVector())
          .containsExactly(5, 6, 7, 8, 7, 8, 7, 8);
    }
    assertThat(part.reshape(4).toFloatVector()).containsExactly(5, 6, 7, 8);
  }

  @Test
  void asManyImagesAsAreWantedStayTheCallers() {
    try (PaddedBatch padded = PaddedBatch.of(BATCH, 5)) {
      assertThat(padded.images()).isSameAs(BATCH);
    }
    assertThat(BATCH.wasClosed()).isFalse();
  }
}
