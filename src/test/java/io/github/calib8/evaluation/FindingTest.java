package io.github.calib8.evaluation;

import static io.github.calib8.evaluation.Finding.Kind.CALIBRATED_IMAGES;
import static io.github.calib8.evaluation.Finding.Kind.FP32_NEAR_CHANCE;
import static io.github.calib8.evaluation.Finding.Kind.HIGHER_DIVERGENCE;
import static io.github.calib8.evaluation.Finding.Kind.LOW_AGREEMENT;
import static io.github.calib8.evaluation.Finding.Kind.SIGNIFICANT_GAIN;
import static io.github.calib8.evaluation.Finding.Kind.SIGNIFICANT_LOSS;
import static io.github.calib8.evaluation.Finding.Kind.SUSPECT_TENSORS;
import static io.github.calib8.evaluation.Finding.Kind.VARYING_SCORES;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.Environment;
import io.github.calib8.report.AccuracyJson;
import io.github.calib8.report.AccuracyMarkdown;
import io.github.calib8.report.FindingText;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingTest {
  private static final Environment ENVIRONMENT =
      new Environment("A Processor", InstructionSet.AVX2, 2, 1, "An Engine 1.0", "Calib8 1.0");

  /** Labels shifted by one, or colors in another order: INT8 agrees with FP32, in nonsense. */
  @ParameterizedTest
  @CsvSource({
    // classes, images, right, near chance
    "1000, 400, 1, true",
    "1000, 400, 4, true",
    "1000, 400, 12, false",
    "1000, 48750, 160, true",
    "1000, 48750, 30000, false",
    "60, 6250, 105, true",
    "60, 6250, 400, false",
    "2, 100, 55, true",
    "2, 100, 65, false",
    "3, 20, 20, false",
    "1000, 1, 1, false",
    "2, 3, 3, true",
    "0, 400, 1, false",
    "1, 400, 400, false"
  })
  void anFp32ModelIsComparedWithGuessing(int classes, long images, long right, boolean nearChance) {
    Accuracy accuracy = new Accuracy(images, right, images, 35);
    AccuracyReport report =
        AccuracyReport.builder("net", accuracy, accuracy, ENVIRONMENT)
            .withAgreeing(images)
            .withClasses(classes)
            .build();

    assertThat(report.findings().stream().map(Finding::kind).toList().contains(FP32_NEAR_CHANCE))
        .isEqualTo(nearChance);
    assertThat(
            AccuracyMarkdown.toMarkdown(report)
                .contains("FP32 itself is hardly better than guessing"))
        .isEqualTo(nearChance);
  }

  @Test
  void aModelThatVariesIsFound() {
    AccuracyReport report = report(0, 0, 400, 0.001).toBuilder().withVariation(23.7).build();

    assertThat(report.findings()).extracting(Finding::kind).containsExactly(VARYING_SCORES);
    assertThat(AccuracyMarkdown.toMarkdown(report))
        .contains("FP32's scores of the same images vary by 23.70 % of their range");
    assertThat(AccuracyJson.toJson(List.of(report), report.environment()))
        .contains("\"VARYING_SCORES\"", "23.7");
  }

  @Test
  void imagesThatCalibratedUnderAnotherNameAreFound() {
    AccuracyReport report =
        report(0, 0, 400, 0.001).toBuilder()
            .withCalibratedImages(List.of(new CalibratedImage("here.png", "there.png")))
            .build();

    assertThat(report.findings()).extracting(Finding::kind).containsExactly(CALIBRATED_IMAGES);
    assertThat(AccuracyMarkdown.toMarkdown(report))
        .contains("1 of the images that measure have, byte for byte, calibrated");
    assertThat(AccuracyJson.toJson(List.of(report), report.environment()))
        .contains("\"measured\": \"here.png\"", "\"calibrated\": \"there.png\"");
  }

  /** Of 400 images, 5 more right in FP32: its interval is above 0 from 6 on. */
  @Test
  void aLossIsFoundWhereChanceDoesNotExplainIt() {
    assertThat(report(5, 0, 395, 0.001).findings()).isEmpty();
    assertThat(report(8, 0, 392, 0.001).findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(SIGNIFICANT_LOSS);
              assertThat(finding.found()).isBetween(0.1, 1.0);
            });
  }

  @Test
  void aGainIsFoundAsWell() {
    AccuracyReport report = report(0, 120, 168, 1);

    assertThat(report.findings())
        .extracting(Finding::kind)
        .containsExactly(SIGNIFICANT_GAIN, LOW_AGREEMENT);
    assertThat(AccuracyMarkdown.toMarkdown(report))
        .contains("which no rounding does", "ranks another class first than FP32 for 58.00 %");
  }

  @Test
  void agreementIsLowBelow98Percent() {
    assertThat(report(1, 1, 392, 0.001).findings()).isEmpty();
    assertThat(report(1, 1, 391, 0.001).findings())
        .extracting(Finding::kind)
        .containsExactly(LOW_AGREEMENT);
  }

  @Test
  void suspectTensorsAreNamedWithTheMethodOfTheLeastError() {
    AccuracyReport report =
        report(0, 0, 400, 0.001, tensor("conv10", 11.1, 160.8), tensor("expand", 31.3, 4.07));

    assertThat(report.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.kind()).isEqualTo(SUSPECT_TENSORS);
              assertThat(finding.tensors())
                  .extracting(TensorCalibration::tensor)
                  .containsExactly("conv10", "expand");
              assertThat(finding.found()).isEqualTo(160.8);
              assertThat(finding.limit()).isEqualTo(2);
            });
    assertThat(AccuracyMarkdown.toMarkdown(report))
        .endsWith(
            """
            net: 2 quantized tensors are likely to hurt.
            net: look at conv10 (11.1 dB, 161 times the least squared error, 1.25 % clipped), \
            expand (31.3 dB, 4.07 times the least squared error, 1.25 % clipped); the method with \
            the least squared error on them is mse.
            """);
  }

  /** Few are named; where no method helps, that is said. */
  @Test
  void aLossWithoutSuspectsNamesTheNoisiestTensors() {
    assertThat(AccuracyMarkdown.toMarkdown(report(20, 0, 380, 0.01, tensor("conv1", 27.3, 1.1))))
        .contains(
            "INT8 loses significantly",
            "none is suspect; the lowest signal-to-noise ratios: conv1 (27.3 dB",
            "no method has much less squared error on it");
  }

  @Test
  void divergencesAreComparedWhereFp32IsTheSameMeasurement() {
    AccuracyReport best = report(0, 0, 400, 0.006);
    AccuracyReport near = report(0, 0, 400, 0.0068);
    AccuracyReport far = report(0, 0, 400, 0.0070);
    AccuracyReport other =
        AccuracyReport.builder(
                "other",
                new Accuracy(400, 316, 376, 36),
                new Accuracy(400, 316, 376, 70),
                ENVIRONMENT)
            .withAgreeing(400)
            .withMeanKl(0.5)
            .build();

    assertThat(AccuracyReport.findings(List.of(far, best, other, near)))
        .extracting(findings -> findings.stream().map(Finding::kind).toList())
        .containsExactly(List.of(HIGHER_DIVERGENCE), List.of(), List.of(), List.of());
  }

  @Test
  void tinyDivergencesAreNotCompared() {
    assertThat(AccuracyReport.findings(List.of(report(0, 0, 400, 1e-6), report(0, 0, 400, 9e-5))))
        .allMatch(List::isEmpty);
  }

  @Test
  void aTableNamesItsSuspects() {
    CalibrationTable table = table(tensor("a", 45, 9), tensor("b", 30, 2.1), tensor("c", 19, 1));

    assertThat(table.suspects()).extracting(TensorCalibration::tensor).containsExactly("c", "b");
    assertThat(table.noisiest(1)).extracting(TensorCalibration::tensor).containsExactly("c");
    assertThat(FindingText.suspects(table))
        .hasValueSatisfying(
            text -> assertThat(text).startsWith("2 of 3 tensors are likely to hurt: c (19.0 dB"));
    assertThat(FindingText.suspects(table(tensor("a", 30, 1.9)))).isEmpty();
  }

  private static CalibrationTable table(TensorCalibration... tensors) {
    return CalibrationTable.of(
        List.of(tensors),
        Provenance.builder("net", "00")
            .withPreprocessing("none")
            .withMethod("entropy=1.15")
            .withLibrary("Calib8")
            .withEngine("engine")
            .withProcessor("processor", InstructionSet.AVX2)
            .build());
  }

  private static TensorCalibration tensor(String name, double sqnr, double excess) {
    return TensorCalibration.builder(
            name, 1, QuantizationParameters.symmetric(IntegerType.UINT8, 1))
        .withCounts(100, 0, 0)
        .withRange(0, 2)
        .withClippedFraction(0.0125)
        .build()
        .withError(new QuantizationError(sqnr, excess, 0.01));
  }

  private static AccuracyReport report(
      int onlyFp32, int onlyInt8, int agreeing, double meanKl, TensorCalibration... noisiest) {
    return AccuracyReport.builder(
            "net",
            new Accuracy(400, 200, 376, 35),
            new Accuracy(400, 200 - onlyFp32 + onlyInt8, 376, 70),
            ENVIRONMENT)
        .withDiscordant(onlyFp32, onlyInt8)
        .withAgreeing(agreeing)
        .withMeanKl(meanKl)
        .withNoisiest(List.of(noisiest))
        .build();
  }
}
