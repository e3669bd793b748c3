package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.dataset.Progress;
import io.github.calib8.dataset.ProgressListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

  private static final long SECOND = 1_000_000_000;

  private final StringWriter text = new StringWriter();
  private long now = 17;

  @Test
  void plainLinesComeNowAndThenAndAtTheEndOfEachPhase() {
    ProgressListener listener = progress(false).of("net");

    step(listener, 1, "calibration", 10, 40);
    step(listener, 4, "calibration", 20, 40);
    step(listener, 1, "calibration", 30, 40);
    step(listener, 1, "calibration", 40, 40);
    step(listener, 2, "evaluation", 10, 10);

    assertThat(text)
        .hasToString(
            """
            net: calibration, 20 of 40 images, 4.0 images/s, 5.0 s
            net: calibration, 40 of 40 images, 5.7 images/s, 7.0 s
            net: evaluation, 10 of 10 images, 5.0 images/s, 2.0 s
            """);
  }

  @Test
  void aTerminalShowsABarThatIsDrawnOver() {
    ProgressListener listener = progress(true).of("net");

    step(listener, 1, "evaluation", 100, 1000);
    step(listener, 0, "evaluation", 200, 1000);
    step(listener, 3, "evaluation", 1000, 1000);

    assertThat(text)
        .hasToString(
            """
            \rnet: evaluation [##----------------------] 100 of 1000 images, 100.0 images/s, 1.0 s\
            \rnet: evaluation [########################] 1000 of 1000 images, 250.0 images/s, 4.0 s
            """);
  }

  @Test
  void aLineCoversTheOneBeforeIt() {
    ProgressListener listener = progress(true).of("net");

    step(listener, 1, "calibration", 999, 1000);
    step(listener, 1, "Drawing", 999, 1000);

    String[] drawn = text.toString().split("\r");
    assertThat(drawn[2]).contains("Drawing").endsWith("1.0 s    ").hasSameSizeAs(drawn[1]);
  }

  private ConsoleProgress progress(boolean terminal) {
    return new ConsoleProgress(new PrintWriter(text), terminal, () -> now);
  }

  private void step(ProgressListener listener, int seconds, String phase, long done, long total) {
    now += seconds * SECOND;
    listener.progress(new Progress(phase, done, total));
  }
}
