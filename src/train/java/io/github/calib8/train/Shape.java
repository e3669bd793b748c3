package io.github.calib8.train;

/**
 * The outline of a star of five points, as a signed distance in units of the star's radius.
 *
 * <p>Only {@code StrictMath} and basic arithmetic are used, so every machine draws the same pixels.
 * Immutable and thread-safe.
 */
final class Shape {
  private static final int POINTS = 5;
  private static final double OUTER = 1.1;

  private final double[] corners;

  /**
   * Makes a star.
   *
   * @param depth the radius of the inner corners, in that of the outer
   */
  Shape(double depth) {
    this.corners = new double[4 * POINTS];
    for (int i = 0; i < 2 * POINTS; i++) {
      double radius = i % 2 == 0 ? OUTER : OUTER * depth;
      double angle = StrictMath.PI * i / POINTS;
      corners[2 * i] = radius * StrictMath.sin(angle);
      corners[2 * i + 1] = -radius * StrictMath.cos(angle);
    }
  }

  /**
   * Returns the signed distance of a point to the outline, negative inside: nearest edge, sign by
   * the crossing number.
   *
   * @param x the point, in radii from the center
   * @param y the point, in radii from the center, downwards
   * @return the distance in radii
   */
  double distance(double x, double y) {
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
