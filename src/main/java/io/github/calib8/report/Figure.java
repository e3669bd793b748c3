package io.github.calib8.report;

import java.util.List;
import java.util.Objects;

/**
 * Curves over a common axis, to be printed as a table or drawn.
 *
 * <p>Immutable and thread-safe.
 *
 * @param id a name for files
 * @param title what it shows, and in which unit
 * @param xLabel the horizontal axis, whose values are positive whole numbers
 * @param caption what it was measured on
 * @param series the curves
 */
public record Figure(String id, String title, String xLabel, String caption, List<Series> series) {
  /** Copies the list. */
  public Figure {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(xLabel, "xLabel");
    Objects.requireNonNull(caption, "caption");
    series = List.copyOf(series);
  }

  /**
   * The values at which some curve has a point.
   *
   * @return ascending
   */
  public List<Integer> xValues() {
    return series.stream()
        .flatMap(curve -> curve.points().stream())
        .map(Point::x)
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * A curve.
   *
   * @param name its name in the legend
   * @param points 1 or more, by ascending x
   */
  public record Series(String name, List<Point> points) {
    /** Copies the list. */
    public Series {
      Objects.requireNonNull(name, "name");
      points = List.copyOf(points);
    }
  }

  /**
   * A point of a curve.
   *
   * @param x where
   * @param y how much
   */
  public record Point(int x, double y) {}
}
