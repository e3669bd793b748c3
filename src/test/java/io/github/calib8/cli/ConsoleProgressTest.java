package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

  private static final long SECOND = 1_000_000_000;

  private final StringWriter text = new StringWriter();
  private long now = 17;

  @Test
  void plainLinesComeNowAndThenAndAtTheEndOfEachPhase() {
    ProgressListener listener = progress(OptionalInt.empty()).of("net");

    step(listener, 1, "calibration", 0, 40);
    step(listener, 9, "calibration", 10, 40);
    step(listener, 1, "calibration", 20, 40);
    step(listener, 1, "calibration", 30, 40);
    step(listener, 1, "calibration", 40, 40);
    step(listener, 1, "evaluation", 0, 10);
    step(listener, 2, "evaluation", 10, 10);

    assertThat(text)
        .hasToString(
            """
            net: calibration, 20 of 40 images, 2.0 images/s, 10 s left
            net: calibration, 40 of 40 images, 3.3 images/s, 12.0 s
            net: evaluation, 10 of 10 images, 5.0 images/s, 2.0 s
            """);
  }

  @Test
  void aTerminalShowsABarThatIsDrawnOver() {
    ProgressListener listener = progress(OptionalInt.of(100)).of("net");

    step(listener, 1, "evaluation", 0, 1000);
    step(listener, 1, "evaluation", 100, 1000);
    step(listener, 0, "evaluation", 200, 1000);
    step(listener, 3, "evaluation", 1000, 1000);

    assertThat(text)
        .hasToString(
            """
            \rnet: evaluation [------------------------] 0 of 1000 images\
            \rnet: evaluation [##----------------------] 100 of 1000 images, 100.0 images/s, 9 s left\
            \rnet: evaluation [########################] 1000 of 1000 images, 250.0 images/s, 4.0 s%s
            """
                .formatted(" ".repeat(2)));
  }

  @Test
  void theRateAndTheTimeLeftAreThoseOfThisRunsImages() {
    ProgressListener listener = progress(OptionalInt.empty()).of("net");

    step(listener, 1, "evaluation", 900, 1000);
    step(listener, 10, "evaluation", 950, 1000);
    step(listener, 10, "evaluation", 1000, 1000);

    assertThat(text)
        .hasToString(
            """
            net: evaluation, 950 of 1000 images, 5.0 images/s, 10 s left
            net: evaluation, 1000 of 1000 images, 5.0 images/s, 20.0 s
            """);
  }

  @Test
  void whatAnEarlierRunHasDoneIsTold() {
    step(progress(OptionalInt.empty()).of("net"), 1, "calibration", 40, 40);

    assertThat(text)
        .hasToString("net: calibration, 40 of 40 images, all from an earlier run" + "\n");
  }

  @Test
  void longTimesAreInMinutesAndHours() {
    ProgressListener listener = progress(OptionalInt.empty()).of("net");

    step(listener, 1, "evaluation", 0, 50_000);
    step(listener, 10, "evaluation", 10, 50_000);
    step(listener, 10, "evaluation", 49_900, 50_000);
    step(listener, 100_000, "evaluation", 49_950, 50_000);

    assertThat(text.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).endsWith("1.0 images/s, 13:53 h left"),
            line -> assertThat(line).endsWith("images/s, 1 s left"),
            line -> assertThat(line).endsWith("0.5 images/s, 1:41 min left"));
  }

  @Test
  void theBarFitsTheTerminal() {
    for (int columns = 1; columns < 120; columns++) {
      text.getBuffer().setLength(0);
      ProgressListener listener = progress(OptionalInt.of(columns)).of("net");
      step(listener, 1, "evaluation", 0, 1000);
      step(listener, 1, "evaluation", 400, 1000);

      String[] drawn = text.toString().split("\r");
      assertThat(drawn[2].strip()).hasSizeLessThanOrEqualTo(Math.max(1, columns - 1));
      // In between, the rate comes and takes the bar's room.
      if (columns < 54 || columns >= 70) {
        assertThat(drawn[2].contains("[##")).as("%s columns", columns).isEqualTo(columns >= 70);
      }
      assertThat(drawn[2].strip().endsWith(" s left"))
          .as("%s columns", columns)
          .isEqualTo(columns >= 9);
    }
  }

  @Test
  void aNarrowTerminalShowsTheTimeLeftAndNoRate() {
    ProgressListener listener = progress(OptionalInt.of(60)).of("a network of a rather long name");
    step(listener, 0, "calibration", 0, 1000);
    step(listener, 10, "calibration", 100, 1000);
    String[] drawn = text.toString().split("\r");
    String last = drawn[drawn.length - 1].strip();
    assertThat(last).endsWith("100 of 1000 images, 1:30 min left").doesNotContain("/s");
    assertThat(last).hasSizeLessThan(60);
  }

  @Test
  void aLineCoversTheOneBeforeIt() {
    ProgressListener listener = progress(OptionalInt.of(100)).of("net");

    step(listener, 1, "calibration", 0, 1000);
    step(listener, 1, "calibration", 999, 1000);
    step(listener, 1, "Drawing", 999, 1000);

    String[] drawn = text.toString().split("\r");
    assertThat(drawn[3]).contains("Drawing").endsWith(" ".repeat(20)).hasSameSizeAs(drawn[2]);
  }

  private ConsoleProgress progress(OptionalInt columns) {
    return new ConsoleProgress(new PrintWriter(text), columns, () -> now);
  }

  private void step(ProgressListener listener, int seconds, String phase, long done, long total) {
    now += seconds * SECOND;
    listener.progress(new Progress(phase, done, total));
  }
}
