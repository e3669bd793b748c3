package io.github.calib8.cli;

import static io.github.calib8.assertions.Calib8Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.networks.Architecture;
import io.github.calib8.report.AccuracyMarkdown;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole protocol on the embedded data: calibrates all networks, and measures them. */
class EmbeddedAccuracyTest {

  private static final int MEASURED_IMAGES = 10_000;

  /** Half the 95 % interval of a loss of which 1 % of these images are right in one model only. */
  private static final double UNCERTAINTY = 0.2;

  private static final double TOLERATED_LOSS = 0.2;
  private static final long MAX_PAGE_BYTES = 5_000_000;

  @TempDir private Path folder;

  @Test
  void noNetworkLosesAFifthOfAPointOrDivergesBeyondItsBounds() throws IOException {
    AccuracyResults results =
        new EmbeddedRun(
                Path.of("calibration-data"),
                List.of(Architecture.values()),
                EngineOptions.defaults().threads(),
                List.of(Device.cpu()),
                null,
                MEASURED_IMAGES)
            .run(subject -> step -> {});

    List<AccuracyReport> reports = results.reports();

    String table = AccuracyMarkdown.toMarkdown(reports);
    assertThat(reports)
        .extracting(AccuracyReport::name)
        .containsExactly(
            "AlexNet",
            "GoogLeNet",
            "VGG-16",
            "VGG-19",
            "ResNet-50",
            "ResNet-101",
            "ResNet-152",
            "MobileNetV2",
            "MobileNetV3-Small",
            "EfficientNet-B0",
            "ViT-Tiny");
    assertThat(reports)
        .as(table)
        .allSatisfy(
            report -> {
              assertThat(report).isOverAtLeast(MEASURED_IMAGES);
              assertThat(report.skipped()).isEmpty();
              assertThat(report.fp32().top1()).isBetween(60.0, 85.0);
              assertThat(report.fp32().top5()).isLessThan(98);
            });
    for (int i = 0; i < reports.size(); i++) {
      AccuracyReport report = reports.get(i);
      Architecture network = Architecture.values()[i];
      EmbeddedBounds bounds = EmbeddedBounds.of(network);
      // Where products saturate, weights have fewer levels than where this was measured.
      if (!report.environment().instructionSet().saturatesU8S8()) {
        assertThat(report).divergesLessThan(bounds.divergence());
        assertThat(report).agreesOnAtLeast(bounds.agreement());
      }
      if (Architecture.classic().contains(network)) {
        assertThat(report).losesLessThan(TOLERATED_LOSS).pointsOfTop1();
        assertThat(report).losesLessThan(TOLERATED_LOSS + UNCERTAINTY).pointsOfTop1AtWorst();
        assertThat(report).losesLessThan(TOLERATED_LOSS).pointsOfTop5();
      }
    }
    requireSmallPage(results);
  }

  private void requireSmallPage(AccuracyResults results) throws IOException {
    Path html = folder.resolve("report.html");
    ReportOptions options = CommandLine.populateCommand(new ReportOptions(), "--html", "" + html);

    results.publish(options, new Outputs(), new PrintWriter(new StringWriter()));

    assertThat(html).content().contains("ResNet-152", "<svg");
    assertThat(Files.size(html)).isLessThan(MAX_PAGE_BYTES);
  }
}
