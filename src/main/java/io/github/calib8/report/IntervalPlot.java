package io.github.calib8.report;

import io.github.calib8.report.Axis.Tick;
import java.util.List;
import java.util.OptionalDouble;

/** Values with their intervals, one below the other, beside a line that means no difference. */
final class IntervalPlot {
  private static final int WIDTH = 360;
  private static final int LEFT = 124;
  private static final int RIGHT = WIDTH - 18;
  private static final int ROW = 30;
  private static final int TOP = 6;
  private static final int AXIS = 34;
  private static final int LABEL_WIDTH = 16;
  private static final int TICKS = 5;
  private static final int LABEL_GAP = 16;
  private static final double MARGIN = 0.06;

  private IntervalPlot() {}

  /** A value to draw, what it belongs to, and another one to compare it with, if there is one. */
  record Row(
      String name,
      String detail,
      double value,
      double lower,
      double upper,
      OptionalDouble reference) {}

  /**
   * Draws rows.
   *
   * @param label what the drawing shows
   * @param unit of the values
   * @param baseline the value that means no difference
   */
  static Markup draw(String label, String unit, double baseline, List<Row> rows) {
    double least = baseline;
    double most = baseline;
    for (Row row : rows) {
      least = Math.min(least, Math.min(row.lower, row.reference.orElse(baseline)));
      most = Math.max(most, Math.max(row.upper, row.reference.orElse(baseline)));
    }
    double margin = most > least ? (most - least) * MARGIN : 1;
    Axis x = new Axis(least - margin, most + margin, LEFT, RIGHT);
    double bottom = TOP + ROW * rows.size();
    Svg svg = new Svg(WIDTH, (int) bottom + AXIS, label);
    for (Tick tick : x.ticks(TICKS)) {
      svg.line("grid", x.at(tick.value()), TOP, x.at(tick.value()), bottom);
      svg.text("tick", x.at(tick.value()), bottom + 13, "middle", tick.label());
    }
    svg.text("tick", (LEFT + RIGHT) / 2.0, bottom + 28, "middle", unit);
    boolean labeled =
        x.ticks(TICKS).stream()
            .anyMatch(tick -> Math.abs(x.at(tick.value()) - x.at(baseline)) < LABEL_GAP);
    if (!labeled) {
      svg.text("tick", x.at(baseline), bottom + 13, "middle", DistributionPlot.figure(baseline));
    }
    svg.line("baseline", x.at(baseline), TOP, x.at(baseline), bottom);
    ShortNames names = new ShortNames(rows.stream().map(Row::name).toList(), LABEL_WIDTH);
    double y = TOP + ROW / 2.0;
    for (Row row : rows) {
      draw(svg, x, y, row, names.of(row.name));
      y += ROW;
    }
    return svg.end();
  }

  private static void draw(Svg svg, Axis x, double y, Row row, String name) {
    boolean plain = row.detail.isEmpty();
    svg.text("name", LEFT - 8, plain ? y + 4 : y - 1, "end", name);
    if (!plain) {
      svg.text("tick", LEFT - 8, y + 11, "end", row.detail);
    }
    svg.line("interval", x.at(row.lower), y, x.at(row.upper), y);
    svg.line("interval", x.at(row.lower), y - 4, x.at(row.lower), y + 4);
    svg.line("interval", x.at(row.upper), y - 4, x.at(row.upper), y + 4);
    row.reference.ifPresent(
        value -> {
          String at = Svg.n(x.at(value)) + " " + Svg.n(y - 5.5);
          svg.path("reference", "M" + at + "l5.5 5.5l-5.5 5.5l-5.5 -5.5z");
        });
    svg.circle("value", x.at(row.value), y, 4);
  }
}
