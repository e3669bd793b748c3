package io.github.calib8.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.engine.Environment;
import io.github.calib8.report.AccuracyMarkdown;
import io.github.calib8.scale.InstructionSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccuracyReportTest {

  private static final Environment ENVIRONMENT =
      new Environment("A Processor", InstructionSet.AVX2, 2, 1, "An Engine 1.0", "Calib8 1.0");

  private static final AccuracyReport REPORT =
      report("ResNet-50", new Accuracy(400, 316, 376, 35), new Accuracy(400, 315, 377, 70), 3, 2);

  @Test
  void lossesAreFp32MinusInt8InPoints() {
    assertThat(REPORT.fp32().top1()).isEqualTo(79.0);
    assertThat(REPORT.fp32().top5()).isEqualTo(94.0);
    assertThat(REPORT.int8().top1()).isEqualTo(78.75);
    assertThat(REPORT.top1Loss()).isEqualTo(0.25);
    assertThat(REPORT.top5Loss()).isEqualTo(-0.25);
    assertThat(REPORT.top1LossInterval().contains(0.25)).isTrue();
    assertThat(REPORT.mcNemarP()).isCloseTo(1, within(1e-12));
    assertThat(REPORT.agreement()).isEqualTo(98.75);
    assertThat(REPORT.speedup()).isEqualTo(2.0);
    assertThat(REPORT.images()).isEqualTo(400);
  }

  @Test
  void figuresThatDoNotFitTogetherAreRefused() {
    Accuracy fp32 = new Accuracy(400, 316, 376, 35);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report("n", fp32, new Accuracy(399, 315, 377, 70), 3, 2))
        .withMessage("Expected FP32 and INT8 over the same images, found 400 and 399");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report("n", fp32, new Accuracy(400, 315, 377, 70), 3, 3))
        .withMessageContaining("differ like the top-1 counts 316 and 315, found 3 and 3");
    assertThatIllegalArgumentException().isThrownBy(() -> new Accuracy(10, 9, 8, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Accuracy(10, 8, 9, Double.NaN));
  }

  @Test
  void markdownHoldsEveryFigure() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    String markdown;
    try {
      markdown = AccuracyMarkdown.toMarkdown(REPORT);
    } finally {
      Locale.setDefault(before);
    }

    assertThat(markdown)
        .isEqualTo(
            """
            | network   | FP32 top-1 / top-5 | INT8 top-1 / top-5 | difference top-1 [95 %] / top-5 | images/s FP32 / INT8 | speed-up |
            |-----------|-------------------:|-------------------:|--------------------------------:|---------------------:|---------:|
            | ResNet-50 |      79.00 / 94.00 |      78.75 / 94.25 |    +0.25 [-1.04, +1.54] / -0.25 |          35.0 / 70.0 |    2.00x |

            | network   | images | right only in FP32 / INT8 | McNemar p | agreement | mean softmax KL |
            |-----------|-------:|--------------------------:|----------:|----------:|----------------:|
            | ResNet-50 |    400 |                     3 / 2 |     1.000 |     98.75 |         0.00123 |

            Top-1, top-5 and agreement in %; difference = FP32 - INT8 in points, with its 95 % confidence
            interval (paired); p by the exact McNemar test; KL of the softmax outputs in nats.
            Measured on A Processor (AVX2, 2 cores), 1 thread, An Engine 1.0, Calib8 1.0.
            """);
  }

  @Test
  void markdownOfSeveralReportsHasARowEachInTheirOrder() {
    AccuracyReport other =
        report("a|b", new Accuracy(10, 9, 10, 900), new Accuracy(10, 9, 10, 1800.4), 0, 0);

    String markdown = AccuracyMarkdown.toMarkdown(List.of(REPORT, other));

    assertThat(markdown).containsSubsequence("| ResNet-50 |", "| a\\|b ", "| ResNet-50 |", "a\\|b");
    assertThat(markdown).contains("   0.00 [-").contains("900 / 1800").containsOnlyOnce("Measured");
  }

  @Test
  void markdownNamesTheImagesLeftOut() {
    AccuracyReport report =
        AccuracyReport.builder("n", REPORT.fp32(), REPORT.int8(), ENVIRONMENT)
            .withDiscordant(3, 2)
            .withAgreeing(395)
            .withSkipped(List.of("a.jpg", "b.jpg"))
            .build();

    assertThat(AccuracyMarkdown.toMarkdown(report))
        .contains("n: left out 2 unreadable image(s): a.jpg, b.jpg.\n");
  }

  @Test
  void markdownSaysWhereTheScalesComeFrom() {
    AccuracyReport own = withScales("a", "entropy");
    AccuracyReport other = withScales("b", "b.cache");

    assertThat(AccuracyMarkdown.toMarkdown(own)).contains("INT8 scales: entropy.\n");
    assertThat(AccuracyMarkdown.toMarkdown(List.of(own, other)))
        .contains("INT8 scales of a: entropy.\nINT8 scales of b: b.cache.\n");
    assertThat(AccuracyMarkdown.toMarkdown(REPORT)).doesNotContain("INT8 scales");
  }

  private static AccuracyReport withScales(String name, String scales) {
    return AccuracyReport.builder(name, REPORT.fp32(), REPORT.int8(), ENVIRONMENT)
        .withDiscordant(3, 2)
        .withAgreeing(395)
        .withScales(Optional.of(scales))
        .build();
  }

  @Test
  void reportsOfDifferentEnvironmentsAreNotMixed() {
    AccuracyReport other =
        AccuracyReport.builder(
                "n",
                REPORT.fp32(),
                REPORT.int8(),
                new Environment(
                    "Another", InstructionSet.AVX2, 2, 1, "An Engine 1.0", "Calib8 1.0"))
            .withDiscordant(3, 2)
            .withAgreeing(395)
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> AccuracyMarkdown.toMarkdown(List.of(REPORT, other)))
        .withMessageContaining("Expected reports of one environment");
    assertThatIllegalArgumentException().isThrownBy(() -> AccuracyMarkdown.toMarkdown(List.of()));
  }

  private static AccuracyReport report(
      String name, Accuracy fp32, Accuracy int8, long onlyFp32, long onlyInt8) {
    long agreeing = fp32.images() - onlyFp32 - onlyInt8;
    return AccuracyReport.builder(name, fp32, int8, ENVIRONMENT)
        .withDiscordant(onlyFp32, onlyInt8)
        .withAgreeing(agreeing)
        .withMeanKl(0.00123)
        .build();
  }
}
