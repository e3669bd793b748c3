package io.github.calib8.train;

/**
 * A star, placed, lit and painted with soft edges.
 *
 * <p>Every look is drawn from the dice when the star is made; painting is then a pure function of
 * the point.
 */
final class Star implements Raster.Layer {
  /** How far a star, and its stripes by themselves, lean to either side. */
  private static final double TURN = 0.35;

  private static final int POINTS = 5;
  private static final double OUTER = 1.1;

  private final double[] corners;
  private final double x;
  private final double y;
  private final double radius;
  private final double cos;
  private final double sin;
  private final double soft;
  private final double[] color;
  private final double[] second;
  private final double alongX;
  private final double alongY;
  private final double phase;
  private final double lightX;
  private final double lightY;
  private final ValueNoise grain;

  /**
   * Makes a star.
   *
   * @param looks what tells its class
   * @param x its center, in shorter sides from the image's center
   * @param y its center, downwards
   * @param radius its radius in shorter sides
   * @param pixel a pixel's edge in shorter sides, the width of its outline
   * @param dice decides the rest of its look
   */
  Star(Attributes looks, double x, double y, double radius, double pixel, Dice dice) {
    this.corners = Shape.star(POINTS, OUTER, OUTER * looks.depth());
    this.x = x;
    this.y = y;
    this.radius = radius;
    double turn = dice.between(-TURN, TURN);
    this.cos = StrictMath.cos(turn);
    this.sin = StrictMath.sin(turn);
    this.soft = pixel / radius;
    double saturation = dice.between(0.7, 1);
    double value = dice.between(0.6, 0.95);
    this.color = Colors.fromHsv(looks.degrees(), saturation, value);
    this.second =
        dice.chance(0.5)
            ? Colors.fromHsv(looks.degrees(), 0.1 * saturation, dice.between(0.85, 1))
            : Colors.fromHsv(looks.degrees(), saturation, 0.22 * value);
    double frequency = 2 * StrictMath.PI * radius / looks.period();
    double slant = dice.between(-TURN, TURN);
    this.alongX = frequency * StrictMath.cos(slant);
    this.alongY = frequency * StrictMath.sin(slant);
    this.phase = dice.between(0, 2 * StrictMath.PI);
    double light = dice.between(0, 2 * StrictMath.PI);
    double strength = dice.between(0, 0.2);
    this.lightX = strength * StrictMath.cos(light);
    this.lightY = strength * StrictMath.sin(light);
    this.grain = new ValueNoise(dice.nextLong());
  }

  /** Paints the star, looking only at pixels that it can reach. */
  void paint(Raster raster) {
    raster.paint(this, x, y, 1.3 * radius);
  }

  @Override
  public double at(double px, double py, double[] out) {
    double dx = (px - x) / radius;
    double dy = (py - y) / radius;
    double u = cos * dx + sin * dy;
    double v = cos * dy - sin * dx;
    double distance = Shape.polygon(corners, u, v);
    if (distance >= 0.5 * soft) {
      return 0;
    }
    double shade = 1 + lightX * dx + lightY * dy + 0.08 * grain.at(4 * u, 4 * v);
    double mix = secondAt(u, v);
    for (int c = 0; c < 3; c++) {
      out[c] = shade * (color[c] + mix * (second[c] - color[c]));
    }
    return distance <= -0.5 * soft ? 1 : 0.5 - distance / soft;
  }

  /** Returns how much of the second color shows: 0, 1, or between at the stripes' edges. */
  private double secondAt(double u, double v) {
    double wave = StrictMath.sin(alongX * u + alongY * v + phase);
    return StrictMath.max(0, StrictMath.min(1, 0.5 + 2 * wave));
  }
}
