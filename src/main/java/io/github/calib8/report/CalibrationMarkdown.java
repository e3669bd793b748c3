package io.github.calib8.report;

import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.TensorCalibration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The Markdown form of calibration tables, for people.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class CalibrationMarkdown {
  private static final String NOTHING = "-";
  private static final int PERCENT = 100;

  private CalibrationMarkdown() {}

  /**
   * Renders a table: where it comes from, and a row for each tensor.
   *
   * @param table the table
   * @return the text, ended by {@code \n}
   */
  public static String toMarkdown(CalibrationTable table) {
    Provenance provenance = table.provenance();
    TextTable text =
        new TextTable(
            List.of(
                "Tensor",
                "Threshold",
                "Type",
                "Min",
                "Max",
                "Clipped, %",
                "Halves differ, %",
                "SQNR, dB",
                "Error / least",
                "Degenerate"));
    for (TensorCalibration entry : table.tensors()) {
      text.row(
          List.of(
              entry.tensor(),
              RangeText.limits(entry, CalibrationMarkdown::figure),
              RangeText.type(entry),
              figure(entry.min()),
              figure(entry.max()),
              figure(PERCENT * entry.clippedFraction()),
              halves(entry.halfSetDifference()),
              entry.error().map(error -> figure(error.sqnr())).orElse(NOTHING),
              entry.error().map(error -> figure(error.excess())).orElse(NOTHING),
              entry.degenerate().orElse(NOTHING)));
    }
    return "%s, %s, %s images.\n\n%s"
        .formatted(
            provenance.model(), table.method(), provenance.images().size(), text.toMarkdown());
  }

  private static String halves(OptionalDouble difference) {
    return difference.isPresent() ? figure(PERCENT * difference.getAsDouble()) : NOTHING;
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
