package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.EngineException;
import org.junit.jupiter.api.Test;

class AllocationFailureTest {
  @Test
  void arenaThatCannotGrowIsOne() {
    String text =
        "Error code - ORT_RUNTIME_EXCEPTION - message: Non-zero status code returned while running"
            + " FusedConv node. Name:'conv1_1' Status Message: bfc_arena.cc:359"
            + " AllocateRawInternal Failed to allocate memory for requested buffer of size 26306674688";
    EngineException error = new EngineException("failed", new IllegalStateException(text));
    assertThat(AllocationFailure.isCauseOf(error)).isTrue();
  }

  @Test
  void standardLibraryAndJavaMayFailToo() {
    assertThat(AllocationFailure.isCauseOf(new EngineException("std::bad_alloc"))).isTrue();
    assertThat(AllocationFailure.isCauseOf(new OutOfMemoryError())).isTrue();
  }

  @Test
  void aFullGpuIsOne() {
    String text = "CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc((void**)&p, size);";
    assertThat(AllocationFailure.isCauseOf(new EngineException(text))).isTrue();
  }

  @Test
  void otherErrorsAreNot() {
    assertThat(AllocationFailure.isCauseOf(new EngineException("no such operator"))).isFalse();
    assertThat(AllocationFailure.isCauseOf(new IllegalStateException())).isFalse();
  }
}
