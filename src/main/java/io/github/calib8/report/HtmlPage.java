package io.github.calib8.report;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Finding;
import io.github.calib8.evaluation.MeasuredModels;
import io.github.calib8.scale.Provenance;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The page of an {@link HtmlReport}. */
final class HtmlPage {

  private final HtmlReport report;
  private final Markup page;

  private HtmlPage(HtmlReport report, Markup page) {
    this.report = report;
    this.page = page;
  }

  static String render(HtmlReport report) {
    String precision = AccuracyText.precision(report.accuracy());
    String title = (precision.equals("INT8") ? precision : "Quantized") + " against FP32";
    return new HtmlPage(report, begin(title)).render();
  }

  /** A page up to its title, which is followed by what it shows. */
  static Markup begin(String title) {
    Markup page = new Markup();
    page.open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.leaf("title", title).style(StyleSheet.page()).close();
    return page.open("body").open("main").leaf("h1", title);
  }

  /** The text of a page that is complete. */
  static String end(Markup page) {
    page.close().close().close();
    return "<!DOCTYPE html>\n" + page;
  }

  private String render() {
    verdict();
    contents();
    if (!report.accuracy().isEmpty()) {
      AccuracySection.write(report.accuracy(), page);
    }
    for (int i = 0; i < report.accuracy().size(); i++) {
      network(i, report.accuracy().get(i));
    }
    if (!report.benchmark().isEmpty()) {
      SpeedSection.write(report.benchmark(), page);
    }
    provenance();
    return end(page);
  }

  private void verdict() {
    List<AccuracyReport> reports = report.accuracy();
    page.open("div", "class", "verdict");
    if (!reports.isEmpty()) {
      page.leaf("p", Verdict.ofAll(reports), "class", "lead");
      page.leaf("p", Verdict.certaintyOfAll(reports));
      if (reports.size() == 1) {
        page.leaf("p", Verdict.ofFp32(reports.get(0)));
      }
    }
    if (reports.size() > 1) {
      page.open("ul");
      reports.forEach(one -> page.leaf("li", Verdict.of(one) + " " + Verdict.ofFp32(one)));
      page.close();
    }
    findings(reports);
    List<String> speeds =
        report.benchmark().stream().map(Verdict::of).flatMap(Optional::stream).toList();
    if (!report.benchmark().isEmpty()) {
      if (speeds.isEmpty()) {
        page.leaf("p", "Benchmark without a comparison of FP32 and INT8.");
      }
      speeds.forEach(
          sentence -> page.leaf("p", sentence, "class", reports.isEmpty() ? "lead" : ""));
    }
    report.note().ifPresent(note -> page.leaf("p", note, "class", "note"));
    page.close();
  }

  private void findings(List<AccuracyReport> reports) {
    List<List<Finding>> findings = AccuracyReport.findings(reports);
    if (findings.stream().allMatch(List::isEmpty)) {
      return;
    }
    page.leaf("p", "What speaks against " + AccuracyText.precision(reports) + " here:").open("ul");
    for (int i = 0; i < reports.size(); i++) {
      for (String sentence : FindingText.sentences(findings.get(i))) {
        page.leaf("li", reports.get(i).name() + ": " + sentence + ".");
      }
    }
    page.close();
  }

  private void contents() {
    if (report.accuracy().size() < 2) {
      return;
    }
    page.open("nav", "aria-label", "Contents").open("ul");
    for (int i = 0; i < report.accuracy().size(); i++) {
      page.open("li").leaf("a", report.accuracy().get(i).name(), "href", "#network-" + i).close();
    }
    page.open("li").leaf("a", "Provenance", "href", "#provenance").close();
    page.close().close();
  }

  private void network(int index, AccuracyReport one) {
    page.open("section", "id", "network-" + index).leaf("h2", one.name());
    report.changedSection().write(one, page);
    report.flipsSection().write(one, page);
    report
        .calibration(one.name())
        .ifPresent(
            calibration -> {
              GraphSection.write(calibration.tensors(), page);
              TensorsSection.write(calibration.tensors(), page);
            });
    report
        .rounding(one.name())
        .ifPresent(rounded -> RoundingSection.write(rounded.summary(), rounded.layers(), page));
    page.close();
  }

  private void provenance() {
    page.open("section", "id", "provenance").leaf("h2", "Provenance");
    report
        .time()
        .ifPresent(time -> page.leaf("p", "Made at " + time.truncatedTo(ChronoUnit.SECONDS)));
    for (AccuracyReport one : report.accuracy()) {
      page.leaf("h3", one.name()).open("dl");
      report.calibration(one.name()).ifPresent(seen -> calibration(seen.provenance()));
      one.models().ifPresent(this::models);
      item("Measured on", one.environment().describe());
      item("Images measured", Long.toString(one.images()));
      if (!one.skipped().isEmpty()) {
        item("Left out as unreadable", String.join(", ", one.skipped()));
      }
      if (!one.calibrationSkipped().isEmpty()) {
        item("Left out of calibration as unreadable", String.join(", ", one.calibrationSkipped()));
      }
      one.calibratedImages()
          .forEach(
              image ->
                  item(
                      "Measured and calibrated",
                      "%s, the same as %s".formatted(image.measured(), image.calibrated())));
      one.notes().forEach(note -> item("Note", note));
      page.close();
    }
    for (BenchmarkReport one : report.benchmark()) {
      page.leaf("h3", one.network() + ", speed").open("dl");
      item("SHA-256 of the FP32 model", one.modelSha256());
      item("Measured on", one.environment().describe());
      page.close();
    }
    page.close();
  }

  private void models(MeasuredModels models) {
    item("SHA-256 of the INT8 model", models.int8Sha256());
    item("SHA-256 of the measured FP32 model", models.fp32Sha256());
    item("Preprocessing of the measured images", models.preprocessing());
  }

  private void calibration(Provenance provenance) {
    item("Model", provenance.model());
    item("SHA-256 of the FP32 model", provenance.modelSha256());
    item("Calibration method", provenance.method());
    item("Calibration images", Integer.toString(provenance.images().size()));
    item("SHA-256 of their names", provenance.imageListSha256());
    item("Preprocessing", provenance.preprocessing());
    item(
        "Calibrated on",
        "%s (%s), %s, %s"
            .formatted(
                provenance.processor(),
                provenance.instructionSet().displayName(),
                provenance.engine(),
                provenance.library()));
  }

  private void item(String name, String value) {
    page.leaf("dt", name).leaf("dd", value);
  }
}
