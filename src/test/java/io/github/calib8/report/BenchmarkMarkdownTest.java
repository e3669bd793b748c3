package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BenchmarkMarkdownTest {
  private static String markdown(OptionalDouble watts) {
    return BenchmarkMarkdown.toMarkdown(List.of(BenchmarkReports.report(watts)));
  }

  @Test
  void ratiosComeWithTheirSpread() {
    assertThat(markdown(OptionalDouble.empty()))
        .contains(
            "| Tiny | 1 | 1 | 3.50 (3.25 - 3.75) | 3.00 (2.50 - 3.50) |\n",
            "| Tiny | 8 | 1 | 4.00 (4.00 - 4.00) | - |\n");
  }

  @Test
  void aMachineThatWasDisturbedIsSaid() {
    assertThat(markdown(OptionalDouble.empty()))
        .contains(
            "\nTiny, batch 1, 1 worker: the machine was disturbed, as the speed-up is 3.25 in one"
                + " turn and 3.75 in another; measure again where nothing else runs.\n")
        .doesNotContain("batch 8, 1 worker:");
  }

  @Test
  void rowsSayWhatCannotBeTold() {
    assertThat(markdown(OptionalDouble.empty()))
        .contains(
            "| Tiny | INT8 | 8 | 1 | 110.0 | 1.5 | 2.0 | 2.5 | 220 | not measured |\n",
            "| Tiny | FP32 | 8 | 2 | does not fit: 9.9 GB needed | - | - | - | - | - |\n");
  }

  @Test
  void energyIsThereWithAMeter() {
    assertThat(markdown(OptionalDouble.of(4)))
        .contains("| Tiny | INT8 | 8 | 1 | 110.0 | 1.5 | 2.0 | 2.5 | 220 | 27.50 |\n");
  }

  @Test
  void environmentAndModelsComeFirst() {
    assertThat(markdown(OptionalDouble.empty()))
        .startsWith("A processor (AVX-512 VNNI, 2 cores), 1 thread, ONNX Runtime 1.28.0")
        .contains("Energy: no energy meter.\n", "| Tiny | 2.00 | 0123456789abcdef");
  }

  @Test
  void figuresAreTables() {
    assertThat(markdown(OptionalDouble.empty()))
        .contains(
            "| Batch size | 1 | 8 |\n| --- | ---: | ---: |\n| Tiny (01234567) | 1.00 | 2.75 |\n");
  }
}
