package io.github.calib8.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FloatTensorTest {
  private static final float[] SIX = {1, 2, 3, 4, 5, 6};

  @Test
  void holdsWhatItIsGivenInADirectBuffer() {
    try (FloatTensor tensor = FloatTensor.of(SIX, 3, 2)) {
      assertThat(tensor.shape()).containsExactly(3, 2);
      assertThat(tensor.size(1)).isEqualTo(2);
      assertThat(tensor.elements()).isEqualTo(6);
      assertThat(tensor.toArray()).containsExactly(SIX);
      FloatBuffer values = tensor.values();
      assertThat(values.isDirect()).isTrue();
      assertThat(values.order()).isEqualTo(ByteOrder.nativeOrder());
      values.get();
      assertThat(tensor.values().remaining()).isEqualTo(6);
      tensor.shape()[0] = 9;
      assertThat(tensor).hasToString("float32 [3, 2]");
    }
  }

  @Test
  void aNewTensorIsOfZeros() {
    try (FloatTensor tensor = FloatTensor.zeros(2, 2)) {
      assertThat(tensor.toArray()).containsExactly(0, 0, 0, 0);
    }
    try (FloatTensor none = FloatTensor.zeros(0, 3)) {
      assertThat(none.elements()).isZero();
      assertThat(none.rows(0, 0).toArray()).isEmpty();
    }
    try (FloatTensor scalar = FloatTensor.zeros()) {
      assertThat(scalar.elements()).isEqualTo(1);
    }
  }

  @Test
  void rowsAreOfTheSameMemory() {
    try (FloatTensor tensor = FloatTensor.of(SIX, 3, 2)) {
      FloatTensor last = tensor.rows(1, 3);
      assertThat(last.shape()).containsExactly(2, 2);
      assertThat(last.toArray()).containsExactly(3, 4, 5, 6);
      assertThat(last.rows(1, 2).toArray()).containsExactly(5, 6);
      last.values().put(0, 8);
      assertThat(tensor.values().get(2)).isEqualTo(8);
      last.close();
      assertThat(tensor.toArray()).containsExactly(1, 2, 8, 4, 5, 6);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> tensor.rows(2, 4));
    }
  }

  @Test
  void memoryIsFreedAtOnce() {
    long before = DirectMemory.used();
    FloatTensor tensor = FloatTensor.zeros(1 << 20);
    assertThat(DirectMemory.used()).isGreaterThanOrEqualTo(before + (4 << 20));
    tensor.close();
    assertThat(DirectMemory.used()).isLessThan(before + (4 << 20));
    tensor.close();
  }

  /** To read memory that is freed would end the process. */
  @Test
  void aClosedTensorRefusesToBeRead() {
    FloatTensor tensor = FloatTensor.of(SIX, 3, 2);
    FloatTensor part = tensor.rows(0, 2).rows(0, 1);
    INDArray array = tensor.toINDArray();
    INDArray ofPart = part.toINDArray();
    assertThat(array.sumNumber().floatValue()).isEqualTo(21);
    assertThat(ofPart.sumNumber().floatValue()).isEqualTo(3);
    tensor.close();
    assertThatIllegalStateException()
        .isThrownBy(tensor::values)
        .withMessage("Expected an open tensor, found a closed one: float32 [3, 2]");
    assertThatIllegalStateException().isThrownBy(part::toArray);
    assertThatIllegalStateException().isThrownBy(tensor::toINDArray);
    assertThatThrownBy(array::sumNumber).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anArrayOfATensorIsAView() {
    try (FloatTensor tensor = FloatTensor.of(SIX, 1, 3, 2)) {
      INDArray array = tensor.toINDArray();
      assertThat(array.shape()).containsExactly(1, 3, 2);
      assertThat(array.ordering()).isEqualTo('c');
      assertThat(array.getFloat(0, 2, 1)).isEqualTo(6);
      tensor.values().put(5, 7);
      assertThat(array.getFloat(0, 2, 1)).isEqualTo(7);
      assertThat(tensor.toINDArray()).isSameAs(array);
      array.close();
      assertThat(tensor.values().get(5)).isEqualTo(7);
    }
  }

  @Test
  void aTensorOfAnArrayIsOfItsMemory() {
    INDArray array = Nd4j.createFromArray(SIX).reshape(3, 2);
    FloatTensor tensor = FloatTensor.of(array);
    assertThat(tensor.toINDArray()).isSameAs(array);
    array.putScalar(0, 8);
    assertThat(tensor.toArray()).containsExactly(8, 2, 3, 4, 5, 6);
  }

  @Test
  void aTensorOfAnotherOrderIsOfACopy() {
    INDArray array = Nd4j.createFromArray(SIX).reshape(3, 2);
    try (FloatTensor tensor = FloatTensor.of(array.transpose())) {
      assertThat(tensor.shape()).containsExactly(2, 3);
      assertThat(tensor.toArray()).containsExactly(1, 3, 5, 2, 4, 6);
      array.putScalar(0, 8);
      assertThat(tensor.values().get(0)).isEqualTo(1);
    }
    assertThat(array.wasClosed()).isFalse();
  }

  @Test
  void theCallersMemoryStaysTheCallers() {
    FloatBuffer values =
        ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder()).asFloatBuffer();
    values.put(2, 5).position(2);
    FloatTensor tensor = FloatTensor.of(values, 6);
    assertThat(tensor.values().get(0)).isEqualTo(5);
    tensor.close();
    assertThat(values.get(2)).isEqualTo(5);
  }

  @Test
  void whatIsNoTensorIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.of(SIX, 2, 2))
        .withMessage("Expected 4 numbers for [2, 2], found 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.zeros(2, -1))
        .withMessage("Expected dimensions of 0 or more, found [2, -1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.zeros(1L << 31, 1L << 31, 4))
        .withMessage(
            "Expected a tensor of less than 2 GiB, found float32 [2147483648, 2147483648, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.of(FloatBuffer.wrap(SIX), 6))
        .withMessageStartingWith("Expected a direct buffer of order ")
        .withMessageContaining("found a heap's");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FloatTensor.of(ByteBuffer.allocateDirect(24).asFloatBuffer(), 6))
        .withMessageEndingWith("found one of order BIG_ENDIAN");
  }
}
