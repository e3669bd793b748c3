package io.github.calib8.report;

import static io.github.calib8.report.CsvText.number;

import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Interval;
import java.util.ArrayList;
import java.util.List;

/**
 * Accuracy reports as comma-separated values, for spreadsheets: a line a network, after a line of
 * names.
 *
 * <p>The figures and their units are those of {@link AccuracyJson}, to the digit; fields that hold
 * a comma, a quote or a line end are quoted as RFC 4180 has it, and lines end in {@code \n}.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class AccuracyCsv {

  private static final List<String> HEADER =
      List.of(
          "network",
          "images",
          "fp32Top1",
          "fp32Top5",
          "fp32ImagesPerSecond",
          "int8Top1",
          "int8Top5",
          "int8ImagesPerSecond",
          "top1Difference",
          "top1DifferenceLower",
          "top1DifferenceUpper",
          "top5Difference",
          "onlyFp32",
          "onlyInt8",
          "mcNemarP",
          "agreement",
          "meanKl",
          "processor",
          "instructionSet",
          "cores",
          "threads",
          "engine",
          "library");

  private AccuracyCsv() {}

  /**
   * Renders reports.
   *
   * @param reports the reports, in the order they are to appear
   * @return the text, each line ended by {@code \n}
   */
  public static String toCsv(List<AccuracyReport> reports) {
    CsvText csv = new CsvText(HEADER);
    for (AccuracyReport report : reports) {
      Interval interval = report.top1LossInterval();
      List<String> cells = new ArrayList<>();
      cells.add(report.name());
      cells.add(Long.toString(report.images()));
      cells.add(number(report.fp32().top1()));
      cells.add(number(report.fp32().top5()));
      cells.add(number(report.fp32().imagesPerSecond()));
      cells.add(number(report.int8().top1()));
      cells.add(number(report.int8().top5()));
      cells.add(number(report.int8().imagesPerSecond()));
      cells.add(number(report.top1Loss()));
      cells.add(number(interval.lower()));
      cells.add(number(interval.upper()));
      cells.add(number(report.top5Loss()));
      cells.add(Long.toString(report.onlyFp32()));
      cells.add(Long.toString(report.onlyInt8()));
      cells.add(number(report.mcNemarP()));
      cells.add(number(report.agreement()));
      cells.add(number(report.meanKl()));
      cells.addAll(cells(report.environment()));
      csv.row(cells);
    }
    return csv.toString();
  }

  private static List<String> cells(Environment environment) {
    return List.of(
        environment.processor(),
        environment.instructionSet().name(),
        Integer.toString(environment.cores()),
        Integer.toString(environment.threads()),
        environment.engine(),
        environment.library());
  }
}
