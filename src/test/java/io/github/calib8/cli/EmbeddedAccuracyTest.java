package io.github.calib8.cli;

import static io.github.calib8.assertions.Calib8Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.report.AccuracyMarkdown;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The whole protocol on the embedded data, once: calibrates all networks, and measures them as the
 * first command does. Mistakes on purpose start from the same tables.
 */
class EmbeddedAccuracyTest {
  private static final Path DATA = EmbeddedData.DEFAULT;
  private static final int MEASURED_IMAGES = 5_000;

  /** Half the 95 % interval of a loss of which 1 % of these images are right in one model only. */
  private static final double UNCERTAINTY = 0.28;

  private static final double TOLERATED_LOSS = 0.2;
  private static final long MAX_PAGE_BYTES = 5_000_000;

  /** What mistakes are calibrated with, where they need that, and measured by. */
  private static final int FEW_CALIBRATION_BATCHES = 4;

  private static final int FEW_MEASURED_BATCHES = 40;

  private static final int NOTICING_NETWORKS = 8;

  /** Networks that break their bounds by weights rounded to nearest alone. */
  private static final int MOST_FALSE_ALARMS = 2;

  /** How much a mistake diverges at least, by the same model without one. */
  private static final double MISTAKEN = 1.25;

  private static AccuracyResults results;

  @TempDir private Path folder;

  @BeforeAll
  static void run() throws IOException {
    results =
        new EmbeddedRun(
                DATA,
                List.of(Architecture.values()),
                EngineOptions.defaults().threads(),
                List.of(Device.cpu()),
                null,
                MEASURED_IMAGES)
            .run(subject -> step -> {});
  }

  @Test
  void noNetworkIsShownToLoseAFifthOfAPointOrDivergesBeyondItsBounds() throws IOException {
    List<AccuracyReport> reports = results.reports();

    String table = AccuracyMarkdown.toMarkdown(reports);
    Files.writeString(Path.of("target", "embedded.md"), table);
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
      EmbeddedBounds bounds = EmbeddedBounds.of(network, report.environment().instructionSet());
      assertThat(report).divergesLessThan(bounds.divergence());
      assertThat(report).agreesOnAtLeast(bounds.agreement());
      if (Architecture.classic().contains(network)) {
        // So few images leave about a quarter of a point uncertain, upwards and downwards.
        assertThat(report.top1LossInterval().lower()).isLessThan(TOLERATED_LOSS);
        assertThat(report).losesLessThan(TOLERATED_LOSS + UNCERTAINTY).pointsOfTop1();
        assertThat(report).losesLessThan(TOLERATED_LOSS).pointsOfTop5();
      }
    }
    double together =
        reports.stream()
            .limit(Architecture.classic().size())
            .mapToDouble(AccuracyReport::top1Loss)
            .average()
            .orElseThrow();
    assertThat(together).as(table).isLessThan(TOLERATED_LOSS);
    requireSmallPage(results);
  }

  @Test
  void eachMistakeIsNoticedByTheBoundsOfMostNetworks() throws IOException {
    ImageBatches batches =
        Ilsvrc2012.validation(DATA.resolve("ILSVRC2012_img_val.tar"), DATA.resolve("val.txt"))
            .batches(EmbeddedRun.BATCH_SIZE, EmbeddedRun.PREPROCESSING);
    int threads = EngineOptions.defaults().threads();
    Map<String, List<String>> noticed = new LinkedHashMap<>();
    List<String> falseAlarms = new ArrayList<>();
    StringBuilder table = new StringBuilder();
    try (DecodedBatches calibration =
            DecodedBatches.of(
                batches.first(FEW_CALIBRATION_BATCHES), EmbeddedRun.PREPROCESSING, threads);
        DecodedBatches measured =
            DecodedBatches.of(
                batches.skip(EmbeddedRun.CALIBRATION_BATCHES).first(FEW_MEASURED_BATCHES),
                EmbeddedRun.PREPROCESSING,
                threads)) {
      for (int i = 0; i < Architecture.values().length; i++) {
        Architecture network = Architecture.values()[i];
        OnnxModel fp32 = OnnxModel.read(DATA.resolve("networks").resolve(network.id() + ".onnx"));
        CalibrationTable scales = results.calibrations().get(i).table();
        List<AccuracyReport> reports =
            Evaluator.builder()
                .build()
                .compareAll(Sabotages.of(fp32, scales, calibration.source()), measured.source());
        AccuracyReport untouched = reports.get(0);
        assertThat(untouched.name()).isEqualTo(Sabotages.UNTOUCHED);
        if (!EmbeddedBounds.of(network, untouched.environment().instructionSet()).hold(untouched)) {
          falseAlarms.add(network.displayName());
        }
        for (AccuracyReport report : reports) {
          boolean held =
              EmbeddedBounds.of(network, report.environment().instructionSet()).hold(report);
          // Weights rounded to nearest alone may break a bound, too, but not by so much.
          boolean isMistake = report.meanKl() > MISTAKEN * untouched.meanKl();
          List<String> networks = noticed.computeIfAbsent(report.name(), name -> new ArrayList<>());
          if (!held && isMistake) {
            networks.add(network.displayName());
          }
          table.append(
              String.format(
                  Locale.ROOT,
                  "| %s | %s | %.2f | %.5f | %s |%n",
                  network.displayName(),
                  report.name(),
                  report.agreement(),
                  report.meanKl(),
                  held ? "held" : isMistake ? "noticed" : "not held"));
        }
      }
    }
    Files.writeString(Path.of("target", "sabotages.md"), table);

    noticed.remove(Sabotages.UNTOUCHED);
    assertThat(falseAlarms).as(table.toString()).hasSizeLessThanOrEqualTo(MOST_FALSE_ALARMS);
    assertThat(noticed)
        .as(table.toString())
        .hasSize(5)
        .allSatisfy(
            (sabotage, networks) ->
                assertThat(networks).as(sabotage).hasSizeGreaterThanOrEqualTo(NOTICING_NETWORKS));
  }

  private void requireSmallPage(AccuracyResults results) throws IOException {
    Path html = folder.resolve("report.html");
    ReportOptions options = CommandLine.populateCommand(new ReportOptions(), "--html", "" + html);

    results.publish(options, new Outputs(), new PrintWriter(new StringWriter()));

    assertThat(html).content().contains("ResNet-152", "<svg");
    assertThat(Files.size(html)).isLessThan(MAX_PAGE_BYTES);
  }
}
