package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.calib8.tensor.FloatTensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ImageBatchTest {
  private static INDArray array(DataType type, long... shape) {
    return Nd4j.create(type, shape);
  }

  @Test
  void aBatchOfOnesOwn() {
    INDArray images = array(DataType.FLOAT, 2, 3, 4, 5);
    int[] labels = {7, 8};
    ImageBatch batch = ImageBatch.of(images, labels, List.of("a", "b"));
    labels[0] = 1;
    batch.labels()[1] = 1;
    assertThat(batch.images()).isSameAs(images);
    assertThat(batch.labels()).containsExactly(7, 8);
    assertThat(batch.names()).containsExactly("a", "b");
    assertThat(batch.size()).isEqualTo(2);
    batch.close();
    assertThat(images.wasClosed()).isTrue();
    batch.close();
  }

  @Test
  void tensorAndArrayShareTheirMemory() {
    FloatTensor tensor = FloatTensor.of(new float[] {1, 2, 3, 4}, 2, 1, 1, 2);
    ImageBatch batch = ImageBatch.unlabeled(tensor);
    assertThat(batch.tensor()).isSameAs(tensor);
    INDArray array = batch.images();
    assertThat(array).isSameAs(batch.images());
    tensor.values().put(3, 8);
    assertThat(array.getFloat(1, 0, 0, 1)).isEqualTo(8);
    assertThat(ImageBatch.unlabeled(array).names()).isEqualTo(ImageBatch.unlabeled(tensor).names());
    batch.close();
    assertThat(array.wasClosed()).isTrue();
    assertThatIllegalStateException().isThrownBy(tensor::values);
  }

  @Test
  void whatDoesNotAgreeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ImageBatch.of(array(DataType.FLOAT, 2, 3, 4), new int[2], List.of("a", "b")))
        .withMessage("Expected images [N, C, H, W], found float32 [2, 3, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ImageBatch.of(array(DataType.DOUBLE, 1, 3, 4, 4), new int[1], List.of("a")))
        .withMessage("Expected an array of float32, found [1, 3, 4, 4] double");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ImageBatch.of(array(DataType.FLOAT, 2, 3, 4, 4), new int[1], List.of("a", "b")))
        .withMessage(
            "Expected one label and one name per image, found 2 images, 1 labels, 2 names");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ImageBatch.of(array(DataType.FLOAT, 1, 3, 4, 4), new int[] {-1}, List.of("a")))
        .withMessage("Expected label of at least 0, found -1");
  }
}
