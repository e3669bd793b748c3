package io.github.calib8.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  @Test
  void aResultIsReturned() {
    assertThat(Outcome.<Integer>of(CompletableFuture.completedFuture(7)::get, "counting"))
        .isEqualTo(7);
  }

  @Test
  void whatTheWorkThrewIsThrown() {
    IllegalArgumentException fault = new IllegalArgumentException("no");
    StackOverflowError error = new StackOverflowError();
    IOException checked = new IOException("gone");

    assertThatThrownBy(() -> Outcome.of(CompletableFuture.failedFuture(fault)::get, "counting"))
        .isSameAs(fault);
    assertThatThrownBy(() -> Outcome.of(CompletableFuture.failedFuture(error)::get, "counting"))
        .isSameAs(error);
    assertThatThrownBy(() -> Outcome.of(CompletableFuture.failedFuture(checked)::get, "counting"))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCause(checked);
  }

  @Test
  void anInterruptionCancelsTheWaitAndIsKept() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> Outcome.of(new CompletableFuture<>()::get, "counting"))
        .isInstanceOf(CancellationException.class)
        .hasMessage("Interrupted while counting");
    assertThat(Thread.interrupted()).isTrue();
  }
}
