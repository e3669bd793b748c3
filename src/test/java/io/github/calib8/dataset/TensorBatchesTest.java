package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class TensorBatchesTest {

  private static final TensorBatches BATCHES =
      TensorBatches.of(List.of(batch("a", "b"), batch("c"), batch("d", "e", "f")));

  private static ImageBatch batch(String... names) {
    return ImageBatch.of(
        Nd4j.zeros(names.length, 1, 1, 1).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT),
        new int[names.length],
        List.of(names));
  }

  @Test
  void theFirstImagesAreSkippedByWholeBatches() {
    assertThat(BATCHES.skipImages(0).names()).hasSize(6);
    assertThat(BATCHES.skipImages(2).names()).containsExactly("c", "d", "e", "f");
    assertThat(BATCHES.skipImages(3).names()).containsExactly("d", "e", "f");
    assertThat(BATCHES.skipImages(6).names()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BATCHES.skipImages(4))
        .withMessage("Expected to skip whole batches, found 4 images: batch 2 ends after 6");
  }

  @Test
  void imagesAreLeftOutByWholeBatches() {
    assertThat(BATCHES.without(Set.of("c", "x")).names()).containsExactly("a", "b", "d", "e", "f");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BATCHES.without(Set.of("c", "e")))
        .withMessage("Expected to leave out whole batches of tensors, found 1 of the 3 in batch 2");
  }

  /** Nothing is decoded, so that there is nothing else that an interrupt could end. */
  @Test
  void anInterruptEndsTheDelivery() {
    try (BatchReader reader = BATCHES.load(LoaderOptions.defaults())) {
      assertThat(reader.hasNext()).isTrue();
      reader.next();
      Thread.currentThread().interrupt();

      assertThatExceptionOfType(CancellationException.class).isThrownBy(reader::hasNext);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(reader.hasNext()).isTrue();
    }
  }
}
