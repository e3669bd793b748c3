package io.github.calib8.report;

import static io.github.calib8.report.DistributionPlot.figure;

import io.github.calib8.histogram.TensorDistribution;
import io.github.calib8.scale.TensorCalibration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A network's tensors, those that lose most by quantization first. */
final class TensorsSection {
  /** How many are drawn large. */
  private static final int SHOWN = 6;

  private static final String HALVES =
      " Halves differ: how far apart two halves of the images put the threshold, in % of it; a small"
          + " figure says that there are enough images.";

  /** Of the table of those that are folded. */
  private static final List<String> COLUMNS =
      List.of(
          "Tensor",
          "SQNR, dB",
          "Error / least",
          "Type",
          "Threshold",
          "Halves differ, %",
          "Largest",
          "Clipped, %",
          "Values");

  private static final Comparator<TensorDistribution> WORST_FIRST =
      Comparator.comparingDouble(shape -> shape.sqnr().orElse(Double.POSITIVE_INFINITY));

  private TensorsSection() {}

  static void write(List<TensorDistribution> shapes, Markup page) {
    List<TensorDistribution> sorted = shapes.stream().sorted(WORST_FIRST).toList();
    boolean halved =
        shapes.stream().anyMatch(shape -> shape.calibration().halfSetDifference().isPresent());
    page.leaf("h3", "Tensors and thresholds");
    page.leaf(
        "p",
        ("Calibration saw %s tensors. Those with the lowest signal-to-quantization-noise ratio (SQNR)"
                + " come first. Error / least: the squared error by the least that any threshold has."
                + " Dashed line: the threshold, or each end of a range with zero in between; what lies"
                + " beyond is clipped. Dot: the least"
                + " divergence; the entropy method takes the least within its bound.%s")
            .formatted(sorted.size(), halved ? HALVES : ""),
        "class",
        "small");
    page.open("div", "class", "cards");
    sorted.stream().limit(SHOWN).forEach(shape -> card(shape, page));
    page.close();
    if (sorted.size() > SHOWN) {
      page.open("details");
      page.leaf("summary", "The other %s tensors".formatted(sorted.size() - SHOWN));
      HtmlTable.open("Tensors by SQNR", COLUMNS, page);
      sorted.stream().skip(SHOWN).forEach(shape -> row(shape, page));
      HtmlTable.close(page);
      page.close();
    }
  }

  private static void card(TensorDistribution shape, Markup page) {
    TensorCalibration calibration = shape.calibration();
    page.open("figure", "class", "card").open("figcaption");
    page.open("div").leaf("code", calibration.tensor()).close();
    page.leaf(
        "div",
        "SQNR %s dB, %s, %s of %s, %s %% clipped"
            .formatted(
                sqnr(shape),
                RangeText.type(calibration),
                RangeText.named(calibration, DistributionPlot::figure),
                extremes(calibration),
                clipped(calibration)));
    calibration
        .error()
        .ifPresent(
            error ->
                page.leaf(
                    "div",
                    "Squared error %s times the least%s"
                        .formatted(
                            figure(error.excess()), error.isSuspect() ? ": likely to hurt" : "")));
    if (calibration.halfSetDifference().isPresent()) {
      page.leaf("div", "Halves differ by " + halves(calibration) + " %");
    }
    if (shape.beyond() > 0) {
      page.leaf("div", String.format(Locale.ROOT, "%,d values beyond this axis", shape.beyond()));
    }
    calibration
        .degenerate()
        .ifPresent(reason -> page.leaf("div", "Not the method's own choice: " + reason));
    page.close().append(DistributionPlot.draw(shape)).close();
  }

  private static void row(TensorDistribution shape, Markup page) {
    TensorCalibration calibration = shape.calibration();
    page.open("tr").open("th", "scope", "row").leaf("code", calibration.tensor()).close();
    List<String> cells =
        List.of(
            sqnr(shape),
            excess(calibration),
            RangeText.type(calibration),
            RangeText.limits(calibration, DistributionPlot::figure),
            halves(calibration),
            extremes(calibration),
            clipped(calibration));
    for (int i = 0; i < cells.size(); i++) {
      HtmlTable.cell(COLUMNS.get(i + 1), cells.get(i), page);
    }
    page.open("td", "class", "spark", HtmlTable.COLUMN, COLUMNS.get(cells.size() + 1));
    page.append(DistributionPlot.spark(shape)).close().close();
  }

  private static String sqnr(TensorDistribution shape) {
    return shape.sqnr().isPresent()
        ? String.format(Locale.ROOT, "%.1f", shape.sqnr().getAsDouble())
        : "-";
  }

  private static String excess(TensorCalibration calibration) {
    return calibration.error().map(error -> figure(error.excess())).orElse("-");
  }

  private static String clipped(TensorCalibration calibration) {
    return figure(100 * calibration.clippedFraction());
  }

  private static String halves(TensorCalibration calibration) {
    OptionalDouble difference = calibration.halfSetDifference();
    return difference.isPresent() ? figure(100 * difference.getAsDouble()) : "-";
  }

  private static String extremes(TensorCalibration calibration) {
    double min = calibration.min();
    double max = calibration.max();
    return calibration.parameters().isAsymmetric()
        ? figure(min) + " to " + figure(max)
        : figure(Math.max(Math.abs(min), Math.abs(max)));
  }
}
