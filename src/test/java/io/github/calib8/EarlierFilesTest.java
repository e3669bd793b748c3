package io.github.calib8;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.EvaluationStatistics;
import io.github.calib8.histogram.CalibrationMethod;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.TensorCalibration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of earlier releases stay readable, and mean what they meant. */
class EarlierFilesTest {
  private static final Path FIRST = Path.of("src/test/resources/io/github/calib8/releases/first");

  private static final Path SECOND = FIRST.resolveSibling("second");

  @TempDir Path folder;

  @Test
  void filesOfTheSecondGenerationAreRead() throws IOException {
    CalibrationTable table = CalibrationTable.read(SECOND.resolve("table.json"));
    CalibrationStatistics statistics =
        CalibrationStatistics.read(SECOND.resolve("alexnet.calibration"));
    EvaluationStatistics evaluation =
        EvaluationStatistics.read(SECOND.resolve("alexnet.evaluation"));

    assertThat(statistics.toTable(CalibrationMethod.entropy()).tensors())
        .isEqualTo(table.tensors());
    AccuracyReport report = evaluation.reports().get(0);
    assertThat(report.images()).isEqualTo(10);
    assertThat(report.classes()).isEqualTo(60);
    assertThat(report.int8().products()).isPresent();
    assertThat(report.speedupInterval()).isEmpty();
    assertThat(report.variation()).isZero();
    assertThat(EvaluationStatistics.fromBytes(evaluation.toBytes())).isEqualTo(evaluation);
  }

  @Test
  void aTableOfBeforeIsRead() throws IOException {
    CalibrationTable table = CalibrationTable.read(FIRST.resolve("table.json"));

    assertThat(table.method()).isEqualTo("entropy");
    assertThat(table.tensors()).hasSizeGreaterThan(5).noneMatch(TensorCalibration::isSuspect);
    assertThat(table.suspects()).isEmpty();
    assertThat(CalibrationTable.fromJson(table.toJson())).isEqualTo(table);
  }

  /** Statistics hold no method: entropy of before has a name of its own today. */
  @Test
  void theUnboundedSearchFindsTheThresholdsOfBefore() throws IOException {
    CalibrationStatistics statistics =
        CalibrationStatistics.read(FIRST.resolve("alexnet.calibration"));

    CalibrationTable table = statistics.toTable(CalibrationMethod.unboundedEntropy());

    assertThat(table.method()).isEqualTo("entropy=s7310");
    assertThat(table.tensors())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("values.error")
        .isEqualTo(CalibrationTable.read(FIRST.resolve("table.json")).tensors());
  }

  @Test
  void aSavedEvaluationOfBeforeIsRead() throws IOException {
    EvaluationStatistics statistics =
        EvaluationStatistics.read(FIRST.resolve("alexnet.evaluation"));
    AccuracyReport report = statistics.reports().get(0);

    assertThat(report.images()).isEqualTo(10);
    assertThat(report.scales()).contains("entropy");
    assertThat(report.noisiest()).isEmpty();
    Path again = folder.resolve("again");
    statistics.write(again);
    assertThat(EvaluationStatistics.read(again)).isEqualTo(statistics);
  }

  /** They count negative values, and do not tell how large these are. */
  @Test
  void statisticsOfBeforeHaveSymmetricRanges() throws IOException {
    for (Path folder : List.of(FIRST, SECOND)) {
      CalibrationStatistics statistics =
          CalibrationStatistics.read(folder.resolve("alexnet.calibration"));
      assertThat(statistics.toTable(CalibrationMethod.maxAbs()).tensors())
          .anyMatch(entry -> entry.negatives() > 0)
          .noneMatch(entry -> entry.parameters().isAsymmetric());
      assertThat(CalibrationStatistics.fromBytes(statistics.toBytes())).isEqualTo(statistics);
    }
  }
}
