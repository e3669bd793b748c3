package io.github.calib8.train;

/**
 * The outline of a drawn object, as a signed distance. Only {@code StrictMath} and basic arithmetic
 * are used, so every machine draws the same pixels.
 */
final class Shape {
  private Shape() {}

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

  /**
   * Returns the signed distance of a point to a simple polygon, negative inside: to the nearest
   * edge, with the sign of the crossing number.
   */
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
