package io.github.calib8.train;

/**
 * Smooth noise from a hashed lattice, the grain of backgrounds and surfaces. Immutable and
 * thread-safe.
 */
final class ValueNoise {
  private final long seed;

  ValueNoise(long seed) {
    this.seed = seed;
  }

  /**
   * Returns noise of two octaves at a point.
   *
   * @param x the point, in cells of the coarser octave
   * @param y the point, downwards
   * @return a value in [-1, 1]
   */
  double at(double x, double y) {
    return (2 * octave(x, y) + octave(2.3 * x + 17, 2.3 * y + 5)) / 3;
  }

  private double octave(double x, double y) {
    int column = (int) StrictMath.floor(x);
    int row = (int) StrictMath.floor(y);
    double u = fade(x - column);
    double v = fade(y - row);
    double top = mix(corner(column, row), corner(column + 1, row), u);
    double bottom = mix(corner(column, row + 1), corner(column + 1, row + 1), u);
    return mix(top, bottom, v);
  }

  private static double fade(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double mix(double a, double b, double t) {
    return a + t * (b - a);
  }

  /** A hash of the lattice point, after the finalizer of SplitMix64. */
  private double corner(int column, int row) {
    long z = seed + column * 0x9E3779B97F4A7C15L + row * 0xC2B2AE3D27D4EB4FL;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return (z >> 11) * 0x1p-52;
  }
}
