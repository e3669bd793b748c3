package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.evaluation.AccuracyReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void aLossAndAGainAreTold() {
    assertThat(Verdict.of(AccuracyReports.report("n", 3, 2, 70.5)))
        .isEqualTo(
            "n: INT8 loses 0.25\u00a0±\u00a01.29 points of top-1 and is 2.00 times as fast.");
    assertThat(Verdict.of(AccuracyReports.report("n", 2, 3, 70.5))).contains("INT8 gains 0.25");
    assertThat(Verdict.of(AccuracyReports.report("n", 2, 2, 70.5))).contains("INT8 loses 0.00");
  }

  @Test
  void aDifferenceLargerThanChanceIsToldApart() {
    assertThat(Verdict.certainty(AccuracyReports.report("n", 30, 2, 1)))
        .isEqualTo("The difference is larger than chance over 400 images.");
    assertThat(Verdict.certainty(AccuracyReports.report("n", 3, 2, 1))).contains("cannot tell");
  }

  @Test
  void severalNetworksAreSummedUpByTheWorst() {
    List<AccuracyReport> reports =
        List.of(AccuracyReports.report("a", 3, 2, 70.5), AccuracyReports.report("b", 30, 2, 35.25));

    assertThat(Verdict.ofAll(reports))
        .startsWith("2 networks: in the worst case, b, INT8 loses 7.00")
        .endsWith("it is 1.00 to 2.00 times as fast.");
    assertThat(Verdict.certaintyOfAll(reports))
        .isEqualTo("1 of the 2 differences is larger than chance.");
  }

  @Test
  void referencesAreFoundByName() {
    assertThat(ReferenceLosses.of("ResNet-50")).isEqualTo(ReferenceLosses.of("resnet50"));
    assertThat(ReferenceLosses.of("bvlc_googlenet")).isPresent();
    assertThat(ReferenceLosses.of("vgg16_bn")).isEmpty();
    assertThat(ReferenceLosses.of("resnet18")).isEmpty();
  }
}
