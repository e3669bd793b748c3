package io.github.calib8.assertions;

import static io.github.calib8.assertions.Calib8Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.evaluation.Accuracy;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.report.AccuracyMarkdown;
import io.github.calib8.report.AccuracyReports;
import io.github.calib8.report.BenchmarkMarkdown;
import io.github.calib8.report.BenchmarkReports;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class Calib8AssertionsTest {
  /** 400 images: loses 0.25 [-1.04, +1.54] points of top-1, gains 0.25 of top-5; 98.75 % agree. */
  private static final AccuracyReport REPORT = AccuracyReports.googlenet();

  /** Least and median 3.25 and 3.5 at batch size 1, 4 and 4 at 8. */
  private static final BenchmarkReport BENCHMARK = BenchmarkReports.report(OptionalDouble.empty());

  private static final CalibrationTable TABLE =
      CalibrationTable.of(
          List.of(
              entry("data", Optional.empty(), OptionalDouble.of(0.0625)),
              entry("conv1", Optional.of("constant"), OptionalDouble.of(0)),
              entry("conv2", Optional.empty(), OptionalDouble.empty())),
          Provenance.builder("tiny", "00".repeat(32))
              .withImages(List.of("a.png"))
              .withPreprocessing("none")
              .withMethod("entropy")
              .withLibrary("Calib8 1")
              .withEngine("engine 1")
              .withProcessor("processor", InstructionSet.AVX2)
              .build());

  private static TensorCalibration entry(
      String tensor, Optional<String> degenerate, OptionalDouble difference) {
    TensorCalibration entry =
        TensorCalibration.builder(tensor, 2, QuantizationParameters.symmetric(IntegerType.UINT8, 2))
            .withCounts(100, 50, 0)
            .withRange(0, 3)
            .withClippedFraction(0.0125)
            .withDegenerate(degenerate)
            .build();
    return difference.isPresent() ? entry.withHalfSetDifference(difference.getAsDouble()) : entry;
  }

  private static AbstractThrowableAssert<?, ?> failure(ThrowingCallable assertion) {
    return assertThatThrownBy(assertion).isInstanceOf(AssertionError.class);
  }

  @Test
  void whatHoldsPasses() {
    assertThat(REPORT)
        .losesLessThan(0.26)
        .pointsOfTop1()
        .losesLessThan(1.55)
        .pointsOfTop1AtWorst()
        .losesLessThan(0)
        .pointsOfTop5()
        .agreesOnAtLeast(98.75)
        .isOverAtLeast(400)
        .isFasterBy(9);
    assertThat(TABLE).hasScaleFor("data").convergedWithin(6.25).clipsAtMost(1.25).isNotDegenerate();
    assertThat(TABLE.get("conv1")).convergedWithin(0);
    assertThat(BENCHMARK).isFasterBy(3.5).isFasterAtWorstBy(3.25);
  }

  @Test
  void aLossIsComparedByTheEstimateAndAtWorstByTheUpperEnd() {
    failure(() -> assertThat(REPORT).losesLessThan(0.25).pointsOfTop1())
        .hasMessageContaining(
            "Expected of GoogLeNet: a loss of less than 0.25 points of top-1\n"
                + "found: +0.25 [-1.04, +1.54] (FP32 - INT8 in points [95 %], 400 images)\n")
        .hasMessageEndingWith(AccuracyMarkdown.toMarkdown(REPORT));
    failure(() -> assertThat(REPORT).losesLessThan(1.5).pointsOfTop1AtWorst())
        .hasMessageContaining("a loss of less than 1.5 points of top-1 at worst")
        .hasMessageContaining(
            "found: +1.54, estimate +0.25 [-1.04, +1.54]; about 426 images would do if the estimate"
                + " stays")
        .hasMessageEndingWith(AccuracyMarkdown.toMarkdown(REPORT));
    failure(() -> assertThat(REPORT).losesLessThan(0.25).pointsOfTop1AtWorst())
        .hasMessageContaining("; more images would not help, as the estimate itself is no less");
    failure(() -> assertThat(REPORT).losesLessThan(-0.25).pointsOfTop5())
        .hasMessageContaining("a loss of less than -0.25 points of top-5")
        .hasMessageEndingWith(AccuracyMarkdown.toMarkdown(REPORT));
    failure(() -> assertThat(REPORT).losesLessThan(Double.NaN).pointsOfTop1());
  }

  @Test
  void agreementImagesAndSpeedHaveLeastValues() {
    failure(() -> assertThat(REPORT).agreesOnAtLeast(98.76))
        .hasMessageContaining("agreement on at least 98.76 % of the images")
        .hasMessageContaining("found: 98.75 %");
    failure(() -> assertThat(REPORT).isOverAtLeast(401))
        .hasMessageContaining("at least 401 images");
    failure(() -> assertThat(REPORT).isFasterBy(9.5))
        .hasMessageContaining("INT8 9.5 times as fast or more")
        .hasMessageContaining("found: 9.46");
  }

  @Test
  void figuresAreTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      failure(() -> assertThat(REPORT).isFasterBy(9.5)).hasMessageContaining("found: 9.46");
      failure(() -> assertThat(TABLE).hasScaleFor("data").clipsAtMost(1))
          .hasMessageContaining("found: 1.25 %");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aMissingScaleShowsTheTable() {
    failure(() -> assertThat(TABLE).hasScaleFor("conv3"))
        .hasMessageContaining("Expected a scale for tensor 'conv3', found none")
        .hasMessageContaining("tiny, entropy, 1 images.")
        .hasMessageContaining(
            "| data | 2.000 | UINT8 | 0.000 | 3.000 | 1.250 | 6.250 | - | - | - |")
        .hasMessageContaining(
            "| conv1 | 2.000 | UINT8 | 0.000 | 3.000 | 1.250 | 0.000 | - | - | constant |")
        .hasMessageContaining("| conv2 | 2.000 | UINT8 | 0.000 | 3.000 | 1.250 | - | - | - | - |");
  }

  @Test
  void convergenceIsTheDifferenceOfTheHalves() {
    failure(() -> assertThat(TABLE).hasScaleFor("data").convergedWithin(6.2))
        .hasMessageContaining("Expected of tensor 'data': halves that differ by 6.2 % or less")
        .hasMessageContaining("found: 6.25 %")
        .hasMessageContaining("| conv1 |");
    failure(() -> assertThat(TABLE).convergedWithin(6.2)).hasMessageContaining("tensor 'data'");
  }

  @Test
  void anEntryThatDoesNotTellHasNotConverged() {
    failure(() -> assertThat(TABLE).convergedWithin(7))
        .hasMessageContaining("Expected of tensor 'conv2': halves that differ by 7.0 % or less")
        .hasMessageContaining("found: no halves to compare");
  }

  @Test
  void suspectTensorsAreNamed() {
    CalibrationTable noisy =
        CalibrationTable.of(
            List.of(
                entry("data", Optional.empty(), OptionalDouble.empty())
                    .withError(new QuantizationError(45, 1, 0)),
                entry("conv10", Optional.empty(), OptionalDouble.empty())
                    .withError(new QuantizationError(11, 26, 0.0625))),
            TABLE.provenance());

    assertThat(TABLE).hasNoSuspects();
    failure(() -> assertThat(noisy).hasNoSuspects())
        .hasMessageContaining("found 1 of 2 tensors is likely to hurt: conv10 (11.0 dB")
        .hasMessageContaining("| conv10 |");
  }

  @Test
  void divergenceHasALimit() {
    assertThat(REPORT).divergesLessThan(0.00126);
    failure(() -> assertThat(REPORT).divergesLessThan(0.00125))
        .hasMessageContaining("a mean divergence of less than 0.00125 nats")
        .hasMessageContaining("found: 0.00125");
  }

  @Test
  void fp32ItselfHasALeastAccuracy() {
    assertThat(REPORT).fp32().isAtLeast(79).losesLessThan(0.26).pointsOfTop1();
    failure(() -> assertThat(REPORT).fp32().isAtLeast(79.01))
        .hasMessageContaining("FP32 itself at 79.01 % of top-1 or more")
        .hasMessageContaining("found: 79.00 %");
  }

  @Test
  void nothingCanBeLostOfGuesses() {
    Accuracy guesses = new Accuracy(400, 1, 2, 1);
    AccuracyReport shifted =
        AccuracyReport.builder("net", guesses, guesses, REPORT.environment())
            .withAgreeing(400)
            .withClasses(1000)
            .build();

    failure(() -> assertThat(shifted).losesLessThan(0.2).pointsOfTop1())
        .hasMessageContaining("by an FP32 model better than chance")
        .hasMessageContaining("found: FP32 at 0.25 % of top-1");
  }

  /** Rounding improves no classifier: the two models are not the same one. */
  @Test
  void aLargeGainIsNoSmallLoss() {
    AccuracyReport gain = AccuracyReports.report("net", 0, 60, 1);

    failure(() -> assertThat(gain).losesLessThan(0.2).pointsOfTop1())
        .hasMessageContaining("a difference of less than 0.2 points of top-1")
        .hasMessageContaining("found: a gain, -15.00")
        .hasMessageContaining("agreement of 85.00 %");
    assertThat(AccuracyReports.report("net", 0, 2, 1)).losesLessThan(0.2).pointsOfTop1();
  }

  @Test
  void clippingAndDegenerateThresholdsAreNoticed() {
    failure(() -> assertThat(TABLE).hasScaleFor("data").clipsAtMost(1))
        .hasMessageContaining("at most 1.0 % of the values clipped")
        .hasMessageContaining("found: 1.25 %");
    failure(() -> assertThat(TABLE).hasScaleFor("conv1").isNotDegenerate())
        .hasMessageContaining("found: constant");
  }

  @Test
  void aSpeedupIsNeededAtEverySetting() {
    failure(() -> assertThat(BENCHMARK).isFasterBy(3.6))
        .hasMessageContaining("Expected of Tiny: INT8 3.6 times as fast or more in the median")
        .hasMessageContaining("found: 3.50 (3.25 - 3.75) at batch size 1, workers 1")
        .hasMessageEndingWith(BenchmarkMarkdown.toMarkdown(List.of(BENCHMARK)));
    failure(() -> assertThat(BENCHMARK).isFasterAtWorstBy(3.3))
        .hasMessageContaining("in every repeat");
    BenchmarkReport oneSided =
        BenchmarkReport.builder("Tiny", "00", BENCHMARK.environment()).withMultiplyAdds(1).build();
    failure(() -> assertThat(oneSided).isFasterBy(0))
        .hasMessageContaining("no setting at which both precisions were measured");
  }

  @Test
  void aDescriptionComesFirst() {
    failure(() -> assertThat(REPORT).as("after the merge").agreesOnAtLeast(100))
        .hasMessageStartingWith("[after the merge]");
  }

  @Test
  void nullIsAFailure() {
    failure(() -> assertThat((AccuracyReport) null).losesLessThan(1));
    failure(() -> assertThat((CalibrationTable) null).hasScaleFor("conv1"));
    failure(() -> assertThat((TensorCalibration) null).isNotDegenerate());
    failure(() -> assertThat((BenchmarkReport) null).isFasterBy(1));
  }
}
