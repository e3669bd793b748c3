package io.github.calib8.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class OffHeapTest {

  @Test
  void memoryIsDirectZerosInTheProcessorsOrder() {
    ByteBuffer memory = OffHeap.allocate(1000);
    assertThat(memory.isDirect()).isTrue();
    assertThat(memory.order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(memory.remaining()).isEqualTo(1000);
    while (memory.hasRemaining()) {
      assertThat(memory.get()).isZero();
    }
    OffHeap.free(memory);
  }

  @Test
  void viewsOfFreedMemoryAreRefusedWhereJavaKnows() {
    assumeTrue(Runtime.version().feature() >= Arenas.JAVA, "memory has an arena");
    ByteBuffer memory = OffHeap.allocate(64);
    FloatBuffer view = memory.asFloatBuffer();
    OffHeap.free(memory);
    assertThatIllegalStateException().isThrownBy(() -> view.get(0));
  }
}
