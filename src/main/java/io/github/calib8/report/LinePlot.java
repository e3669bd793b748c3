package io.github.calib8.report;

import io.github.calib8.report.Axis.Tick;
import io.github.calib8.report.Figure.Point;
import io.github.calib8.report.Figure.Series;

/** Curves over powers of two, the vertical axis from zero. */
final class LinePlot {
  static final int WIDTH = 360;
  static final int HEIGHT = 230;
  private static final int LEFT = 40;
  private static final int RIGHT = WIDTH - 14;
  private static final int TOP = 10;
  private static final int BOTTOM = HEIGHT - 38;
  private static final int TICKS = 5;
  private static final int STYLES = 7;

  private LinePlot() {}

  /** Draws a figure of two values of x or more. */
  static Markup draw(Figure figure) {
    double most =
        figure.series().stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(Point::y)
            .max()
            .orElse(1);
    int first = figure.xValues().get(0);
    int last = figure.xValues().get(figure.xValues().size() - 1);
    // A single value of x stands in the middle.
    double widening = first == last ? 1 : 0;
    Axis x = new Axis(log2(first) - widening, log2(last) + widening, LEFT + 8.0, RIGHT);
    Axis y = new Axis(0, most > 0 ? most * 1.05 : 1, BOTTOM, TOP);
    Svg svg = new Svg(WIDTH, HEIGHT, figure.title());
    for (Tick tick : y.ticks(TICKS)) {
      svg.line("grid", LEFT, y.at(tick.value()), RIGHT, y.at(tick.value()));
      svg.text("tick", LEFT - 5, y.at(tick.value()) + 4, "end", tick.label());
    }
    svg.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM);
    double free = 0;
    for (int value : figure.xValues()) {
      double at = x.at(log2(value));
      if (at >= free) {
        svg.text("tick", at, BOTTOM + 14, "middle", Integer.toString(value));
        free = at + 8 + 7 * Integer.toString(value).length();
      }
    }
    svg.text("tick", (LEFT + RIGHT) / 2.0, HEIGHT - 8, "middle", figure.xLabel());
    int index = 0;
    for (Series curve : figure.series()) {
      draw(svg, x, y, curve, style(index++));
    }
    return svg.end();
  }

  /** The class of a curve's color and dashes; they repeat. */
  static String style(int index) {
    return "series s" + index % STYLES;
  }

  private static void draw(Svg svg, Axis x, Axis y, Series curve, String style) {
    StringBuilder path = new StringBuilder();
    for (Point point : curve.points()) {
      path.append(path.isEmpty() ? 'M' : 'L').append(Svg.n(x.at(log2(point.x()))));
      path.append(' ').append(Svg.n(y.at(point.y())));
    }
    svg.path(style, path);
    for (Point point : curve.points()) {
      svg.circle(style, x.at(log2(point.x())), y.at(point.y()), 2.5);
    }
  }

  private static double log2(int x) {
    return Math.log(x) / Math.log(2);
  }
}
