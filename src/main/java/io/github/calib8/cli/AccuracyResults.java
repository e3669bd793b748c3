package io.github.calib8.cli;

import io.github.calib8.calibration.CalibrationStatistics;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.ChangedImage;
import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.histogram.TensorDistribution;
import io.github.calib8.networks.Architecture;
import io.github.calib8.report.AccuracyCsv;
import io.github.calib8.report.AccuracyJson;
import io.github.calib8.report.AccuracyMarkdown;
import io.github.calib8.report.HtmlReport;
import io.github.calib8.rounding.RoundedPlan;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run found out, and how it is published.
 *
 * @param reports a report a network
 * @param calibrations what calibration saw, a network each
 * @param roundings how the weights of each network were rounded
 * @param images what was measured
 * @param classNames by class, or none
 */
record AccuracyResults(
    List<AccuracyReport> reports,
    List<Calibration> calibrations,
    Map<String, RoundedPlan> roundings,
    ImageBatches images,
    List<String> classNames) {

  private static final int THUMBNAIL = 96;

  /** What calibration saw of a network: little, unlike its statistics. */
  record Calibration(String network, CalibrationTable table, List<TensorDistribution> tensors) {

    Provenance provenance() {
      return table.provenance();
    }

    static Calibration of(
        String network, CalibrationStatistics statistics, CalibrationTable table) {
      return new Calibration(network, table, statistics.distributions(table));
    }
  }

  /** A report that tells the sizes of its models, too. */
  static AccuracyReport withSizes(AccuracyReport report, ModelPair pair) {
    return report.toBuilder()
        .withModels(
            report
                .models()
                .map(
                    models ->
                        models.withBytes(pair.fp32().encodedBytes(), pair.int8().encodedBytes())))
        .build();
  }

  /**
   * The reports, which tell what did not calibrate as well.
   *
   * @param calibrations what calibration saw; one that was done elsewhere is not among them
   * @param images what was to calibrate
   */
  static List<AccuracyReport> withSkipped(
      List<AccuracyReport> reports, List<Calibration> calibrations, ImageBatches images) {
    Map<String, Set<String>> seen =
        calibrations.stream()
            .collect(
                Collectors.toMap(
                    Calibration::network,
                    calibration -> Set.copyOf(calibration.provenance().images())));
    return reports.stream()
        .map(
            report -> {
              Set<String> read = seen.get(report.name());
              List<String> skipped =
                  read == null
                      ? List.of()
                      : images.names().stream().filter(name -> !read.contains(name)).toList();
              return report.toBuilder().withCalibrationSkipped(skipped).build();
            })
        .toList();
  }

  /** Prints the table, and then writes the other forms that were asked for. */
  void publish(ReportOptions options, Outputs outputs, PrintWriter out) {
    print(out);
    write(options, outputs, HtmlReport.builder());
  }

  /**
   * Likewise, with a remark on the page and below the table, and with the networks that the
   * reference report does not have under a heading of their own.
   */
  void publish(ReportOptions options, Outputs outputs, String note, PrintWriter out) {
    Set<String> classic =
        Architecture.classic().stream().map(Architecture::displayName).collect(Collectors.toSet());
    Map<Boolean, List<AccuracyReport>> parts =
        reports.stream()
            .collect(Collectors.partitioningBy(report -> classic.contains(report.name())));
    List<AccuracyReport> first = Objects.requireNonNull(parts.get(true));
    List<AccuracyReport> others = Objects.requireNonNull(parts.get(false));
    if (first.isEmpty() || others.isEmpty()) {
      out.print(AccuracyMarkdown.toMarkdown(reports));
    } else {
      out.print(AccuracyMarkdown.toMarkdown(first));
      out.println();
      out.println("Networks of today, which the reference report does not have:");
      out.println();
      out.print(AccuracyMarkdown.toMarkdown(others));
    }
    printRoundings(out);
    out.println(note);
    out.flush();
    write(options, outputs, HtmlReport.builder().withNote(note));
  }

  private void print(PrintWriter out) {
    out.print(AccuracyMarkdown.toMarkdown(reports));
    printRoundings(out);
  }

  private void printRoundings(PrintWriter out) {
    roundings.forEach((network, rounded) -> out.println(network + ": " + rounded));
    out.flush();
  }

  private void write(ReportOptions options, Outputs outputs, HtmlReport.Builder page) {
    options.write(
        outputs,
        () -> AccuracyJson.toJson(reports, reports.get(0).environment(), roundings),
        () -> AccuracyCsv.toCsv(reports),
        () -> page(page).withTime(Instant.now()).build().toHtml());
  }

  private HtmlReport.Builder page(HtmlReport.Builder page) throws IOException {
    page.withAccuracy(reports).withClassNames(classNames);
    for (Calibration seen : calibrations) {
      page.withCalibration(seen.network, seen.provenance(), seen.tensors);
    }
    roundings.forEach(
        (network, rounded) ->
            page.withRounding(network, rounded.toString(), rounded.plan().roundings()));
    Set<String> changed =
        reports.stream()
            .flatMap(report -> report.changed().stream())
            .map(ChangedImage::image)
            .collect(Collectors.toSet());
    for (LabeledImage image : images.images()) {
      if (changed.contains(image.name())) {
        page.withThumbnail(image.name(), image.thumbnail(THUMBNAIL));
      }
    }
    return page;
  }
}
