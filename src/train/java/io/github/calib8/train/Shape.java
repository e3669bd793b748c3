package io.github.calib8.train;

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
  /** A square. */
  SQUARE {
    @Override
    double distance(double x, double y) {
      return StrictMath.max(StrictMath.abs(x), StrictMath.abs(y)) - 0.8;
    }
  },
  /** An equilateral triangle. */
  TRIANGLE {
    @Override
    double distance(double x, double y) {
      return polygon(TRIANGLE_CORNERS, x, y);
    }
  },
  /** A star of five points. */
  STAR {
    @Override
    double distance(double x, double y) {
      return polygon(STAR_CORNERS, x, y);
    }
  },
  /** A cross of two bars. */
  CROSS {
    @Override
    double distance(double x, double y) {
      double a = StrictMath.abs(x);
      double b = StrictMath.abs(y);
      double upright = StrictMath.max(a - 0.3, b - 1.0);
      double level = StrictMath.max(a - 1.0, b - 0.3);
      return StrictMath.min(upright, level);
    }
  },
  /** A circle with a wide hole. */
  RING {
    @Override
    double distance(double x, double y) {
      return StrictMath.abs(length(x, y) - 0.72) - 0.24;
    }
  },
  /** A circle without a second one beside it: a moon. */
  CRESCENT {
    @Override
    double distance(double x, double y) {
      return StrictMath.max(length(x - 0.1, y) - 1.0, 0.82 - length(x - 0.62, y));
    }
  },
  /** Two triangles that touch with one corner. */
  HOURGLASS {
    @Override
    double distance(double x, double y) {
      return polygon(HOURGLASS_CORNERS, x, y);
    }
  };

  private static final double[] TRIANGLE_CORNERS = star(3, 1.1, 0.55);
  private static final double[] STAR_CORNERS = star(5, 1.12, 0.46);
  private static final double[] HOURGLASS_CORNERS = {
    -0.75, -0.95, 0.75, -0.95, 0.12, 0, 0.75, 0.95, -0.75, 0.95, -0.12, 0
  };

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
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  private static double length(double x, double y) {
    return StrictMath.sqrt(x * x + y * y);
  }

  private static double[] star(int points, double outer, double inner) {
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
  private static double polygon(double[] corners, double x, double y) {
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
