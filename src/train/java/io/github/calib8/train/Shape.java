package io.github.calib8.train;

import java.util.Locale;

/**
 * The outline of a drawn object, as a signed distance in units of the object's radius.
 *
 * <p>Distances are exact for polygons and a close bound for the rest, which is enough for a soft
 * edge one pixel wide. Only {@code StrictMath} and basic arithmetic are used, so every machine
 * draws the same pixels. Immutable and thread-safe.
 */
enum Shape {
  /** A filled circle. */
  DISC {
    @Override
    double distance(double x, double y) {
      return length(x, y) - 0.88;
    }
  },
  /** A star of five points. */
  STAR {
    @Override
    double distance(double x, double y) {
      return polygon(STAR_CORNERS, x, y);
    }
  };

  private static final double[] STAR_CORNERS = star(5, 1.15, 0.5);

  /**
   * Returns the signed distance of a point to the outline, negative inside.
   *
   * @param x the point, in radii from the center
   * @param y the point, in radii from the center, downwards
   * @return the distance in radii
   */
  abstract double distance(double x, double y);

  /** Returns the name in lower case, as it is used in labels. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double length(double x, double y) {
    return StrictMath.sqrt(x * x + y * y);
  }

  /** Returns the corners of a star, x and y in turns, the first point upwards. */
  static double[] star(int points, double outer, double inner) {
    double[] corners = new double[4 * points];
    for (int i = 0; i < 2 * points; i++) {
      double radius = i % 2 == 0 ? outer : inner;
      double angle = StrictMath.PI * i / points;
      corners[2 * i] = radius * StrictMath.sin(angle);
      corners[2 * i + 1] = -radius * StrictMath.cos(angle);
    }
    return corners;
  }

  /** Signed distance to a simple polygon: nearest edge, sign by the crossing number. */
  static double polygon(double[] corners, double x, double y) {
    double nearest = Double.MAX_VALUE;
    boolean inside = false;
    int last = corners.length - 2;
    for (int i = 0, j = last; i <= last; j = i, i += 2) {
      double ax = corners[j];
      double ay = corners[j + 1];
      double bx = corners[i] - ax;
      double by = corners[i + 1] - ay;
      double px = x - ax;
      double py = y - ay;
      double along = clamp((px * bx + py * by) / (bx * bx + by * by));
      double dx = px - bx * along;
      double dy = py - by * along;
      nearest = StrictMath.min(nearest, dx * dx + dy * dy);
      if ((ay > y) != (corners[i + 1] > y) && px < bx * py / by) {
        inside = !inside;
      }
    }
    double distance = StrictMath.sqrt(nearest);
    return inside ? -distance : distance;
  }

  private static double clamp(double value) {
    return StrictMath.max(0, StrictMath.min(1, value));
  }
}
