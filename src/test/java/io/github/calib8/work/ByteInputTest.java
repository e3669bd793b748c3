package io.github.calib8.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ByteInputTest {
  private static final byte[] BYTES = {1, -2, 3, 4, 5};

  @Test
  void bytesComeOneByOneOrTogether() {
    ByteInput in = new ByteInput(BYTES);
    assertThat(in.read()).isEqualTo(1);
    assertThat(in.read()).as("without a sign").isEqualTo(254);
    byte[] to = new byte[4];
    assertThat(in.read(to, 1, 2)).isEqualTo(2);
    assertThat(to).containsExactly(0, 3, 4, 0);
    assertThat(in.available()).isEqualTo(1);
    assertThat(in.read(to, 0, 4)).as("no more than there are").isEqualTo(1);
    assertThat(to[0]).isEqualTo((byte) 5);
  }

  @Test
  void theEndIsTold() {
    ByteInput in = new ByteInput(new byte[0]);
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[1], 0, 1)).isEqualTo(-1);
    assertThat(in.read(new byte[1], 1, 0)).as("nothing was asked for").isZero();
    assertThat(in.available()).isZero();
  }

  @Test
  void aPlaceOutsideTheArrayIsRefused() {
    ByteInput in = new ByteInput(BYTES);
    assertThatThrownBy(() -> in.read(new byte[2], 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
